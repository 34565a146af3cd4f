package dev.watchdog.docker;

import org.jspecify.annotations.Nullable;

/** Text from outside made fit for one line of a log: no control characters, no end of its own. */
final class Plain {
    private static final int LONGEST = 200;

    private Plain() {}

    static String line(@Nullable String text) {
        if (text == null) {
            return "";
        }
        String start = text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
        return start.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]+", " ").strip();
    }
}
