package dev.watchdog.cli;

import java.util.regex.Pattern;

/** Tells ids of faults and wishes ({@code f17}, {@code 3cf4a0-f17}, {@code w2}) from the names of subjects. */
final class FaultId {
    private static final Pattern ID = Pattern.compile("([0-9a-zA-Z.:_]+-)?[fw][0-9]+");

    private FaultId() {}

    static boolean is(String text) {
        return ID.matcher(text).matches();
    }
}
