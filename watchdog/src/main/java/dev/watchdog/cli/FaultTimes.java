package dev.watchdog.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/** Since when a fault is open, or how long it was. */
final class FaultTimes {
    private static final long MILLIS = 10_000;
    private static final long MINUTES = 120;
    private static final long HOURS = 48;

    private FaultTimes() {}

    static String words(JsonNode fault) {
        String since = "Since " + Rows.time(fault, "raisedAt");
        if (!Rows.text(fault, "state").equals("cleared")) {
            return since + ", and it still is.";
        }
        String reason = Rows.text(fault, "reason");
        try {
            Duration length = Duration.between(
                    Instant.parse(Rows.text(fault, "raisedAt")), Instant.parse(Rows.text(fault, "clearedAt")));
            return since + ", for " + words(length) + ". Over: " + reason + ".";
        } catch (DateTimeParseException e) {
            return since + ". Over: " + reason + ".";
        }
    }

    static String words(Duration length) {
        if (length.toMillis() < MILLIS) {
            return Math.max(0, length.toMillis()) + " ms";
        }
        if (length.toMinutes() < MINUTES) {
            return length.toSeconds() + " s";
        }
        return length.toHours() < HOURS ? length.toMinutes() + " min" : length.toDays() + " days";
    }
}
