package dev.watchdog.events;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Times as CloudEvents of any writer have them: RFC 3339 with any fraction and any zone. They are cut to what the
 * verifiability extension signs of them, whole seconds in UTC, so that nothing counts that a signature does not carry.
 */
final class Rfc3339 {
    private static final Pattern TIME = Pattern.compile(
            "([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:[.][0-9]{1,32})?(Z|[+-][0-9]{2}:[0-9]{2})");

    private Rfc3339() {}

    /**
     * The time in whole seconds; what is below is cut off.
     *
     * @return null for what is not written as RFC 3339 has it
     * @throws DateTimeException for a time that there is not, such as one on February 30
     */
    static @Nullable Instant seconds(String text) {
        Matcher matcher = TIME.matcher(text.toUpperCase(Locale.ROOT));
        return matcher.matches()
                ? OffsetDateTime.parse(matcher.group(1) + matcher.group(2)).toInstant()
                : null;
    }
}
