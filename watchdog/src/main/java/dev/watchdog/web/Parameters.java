package dev.watchdog.web;

import dev.watchdog.healing.Durations;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what a request asks for; refuses it with 400 when it cannot be meant. */
final class Parameters {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    private Parameters() {}

    /** How many are wanted at most, 1 to {@code most}. */
    static int limit(RoutingContext request, int usual, int most) {
        String text = request.request().getParam("limit");
        if (text == null) {
            return usual;
        }
        long limit = number("limit", text);
        if (limit < 1 || limit > most) {
            throw new Problem.Refusal(400, "'limit' must be 1 to " + most);
        }
        return (int) limit;
    }

    /** The journal id to go on after, or null when the request names none; what a reconnecting client says wins. */
    static @Nullable Long after(RoutingContext request) {
        String resumed = request.request().getHeader("Last-Event-ID");
        String asked = request.request().getParam("after");
        if (resumed != null && !resumed.isEmpty()) {
            return number("Last-Event-ID", resumed);
        }
        return asked == null ? null : (Long) number("after", asked);
    }

    /** How long to wait for an answer, up to {@code most}. */
    static Duration wait(RoutingContext request, Duration usual, Duration most) {
        String text = request.request().getParam("wait");
        if (text == null) {
            return usual;
        }
        try {
            Duration wait = Durations.parse(text);
            if (!wait.isNegative() && wait.compareTo(most) <= 0) {
                return wait;
            }
        } catch (IllegalArgumentException e) {
            throw new Problem.Refusal(400, "'wait' must be a duration such as 30s or PT30S");
        }
        throw new Problem.Refusal(400, "'wait' must be PT0S to " + most);
    }

    private static long number(String name, String text) {
        if (!NUMBER.matcher(text).matches()) {
            throw new Problem.Refusal(400, "'" + name + "' must be a whole number");
        }
        return Long.parseLong(text);
    }
}
