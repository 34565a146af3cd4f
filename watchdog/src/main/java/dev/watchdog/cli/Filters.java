package dev.watchdog.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.watchdog.healing.Durations;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which rows of a list are shown. */
final class Filters {
    @Option(
            names = "--kind",
            paramLabel = "KIND,...",
            split = ",",
            description = "Only of these kinds; a part of a kind's name is enough, such as rootfs.")
    private String[] kinds = {};

    @Option(names = "--state", paramLabel = "STATE,...", split = ",", description = "Only what is in these states.")
    private String[] states = {};

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description =
                    "Only what happened lately: 30m, 2h, PT30M, or since an instant such as 2026-11-30T12:00:00Z.")
    private @Nullable String since;

    /** What passes, by the fields that hold its kind, its state and its time. */
    Predicate<JsonNode> by(List<String> kindFields, List<String> stateFields, List<String> timeFields, Instant now) {
        Instant from = from(now);
        return row -> (kinds.length == 0 || any(row, kindFields, kinds, true))
                && (states.length == 0 || any(row, stateFields, states, false))
                && (from == null || !time(row, timeFields).isBefore(from));
    }

    private static boolean any(JsonNode row, List<String> fields, String[] wanted, boolean part) {
        return fields.stream()
                .map(field -> Rows.text(row, field))
                .anyMatch(
                        text -> Arrays.stream(wanted).anyMatch(word -> part ? text.contains(word) : text.equals(word)));
    }

    private static Instant time(JsonNode row, List<String> fields) {
        for (String field : fields) {
            try {
                return Instant.parse(Rows.text(row, field));
            } catch (DateTimeParseException e) {
                // the next field may have one
            }
        }
        return Instant.MIN;
    }

    private @Nullable Instant from(Instant now) {
        String text = since;
        if (text == null) {
            return null;
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            // then it is a duration
        }
        try {
            Duration length = Durations.parse(text);
            return now.minus(length);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(Exit.USAGE, "--since " + e.getMessage() + ", or an instant");
        }
    }
}
