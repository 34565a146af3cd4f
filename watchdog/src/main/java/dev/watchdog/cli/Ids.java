package dev.watchdog.cli;

import java.util.regex.Pattern;

/** Ids as people type them. Every one that is shown short is understood everywhere. */
final class Ids {
    private static final int SHORT = 12;

    /** Of containers and guests. */
    private static final Pattern LONG = Pattern.compile("[0-9a-f-]{20,}");

    private static final Pattern NUMBERED = Pattern.compile(".+-([fwa][0-9]+)");

    private Ids() {}

    /** {@code f17} of a fault, {@code a5} of an action. */
    static String ofThisJournal(String id) {
        var matcher = NUMBERED.matcher(id);
        return matcher.matches() ? matcher.group(1) : id;
    }

    /** The first 12 digits, as docker shows them. */
    static String ofSubject(String id) {
        return LONG.matcher(id).matches() ? id.substring(0, SHORT) : id;
    }

    /** The name, or what of {@code kind/id} is short enough where nobody knows it. */
    static String name(String subject, String name) {
        if (!name.isEmpty()) {
            return name;
        }
        int slash = subject.indexOf('/');
        return slash < 0 ? subject : ofSubject(subject.substring(slash + 1));
    }
}
