package dev.watchdog.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/** How long ago something was, in one short word: {@code 42s}, {@code 12m}, {@code 5h}, {@code 3d}. */
final class Ages {
    private static final long SECONDS = 120;
    private static final long MINUTES = 120;
    private static final long HOURS = 48;

    private Ages() {}

    /** Of an instant as JSON has it; empty for what is none. */
    static String of(String instant, Instant now) {
        if (instant.isEmpty()) {
            return "";
        }
        try {
            return of(Duration.between(Instant.parse(instant), now));
        } catch (DateTimeParseException e) {
            return "";
        }
    }

    static String of(Duration age) {
        if (age.isNegative()) {
            return "0s";
        } else if (age.toSeconds() < SECONDS) {
            return age.toSeconds() + "s";
        } else if (age.toMinutes() < MINUTES) {
            return age.toMinutes() + "m";
        }
        return age.toHours() < HOURS ? age.toHours() + "h" : age.toDays() + "d";
    }
}
