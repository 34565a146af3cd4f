package dev.watchdog.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * What can be broken, written {@code kind/id}: {@code container/<id>}, {@code guest/<uuid>}, or {@code host} alone.
 *
 * <p>Ids are checked, never escaped: a subject goes into URLs, metrics and log lines, so only letters, digits and
 * {@code . _ : -} are allowed, at most 128 of them, and not one of these four first ({@code ..} means something in a
 * URL). Names given by users never become subjects.
 */
public record Subject(String kind, String id) implements Comparable<Subject> {
    private static final int LONGEST_KIND = 32;
    private static final int LONGEST_ID = 128;

    /** The machine itself. */
    public static final Subject HOST = new Subject("host", "");

    /** @throws IllegalArgumentException if either part has a character that is not allowed */
    public Subject {
        if (!isKind(kind) || !isId(id)) {
            throw new IllegalArgumentException("not a subject: a kind like 'container' and an id of letters, digits,"
                    + " dots, colons, underscores and hyphens are needed");
        }
    }

    /**
     * Reads what {@link #toString()} writes.
     *
     * @throws IllegalArgumentException if the text is not a subject
     */
    @JsonCreator
    public static Subject parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return new Subject(text, "");
        }
        if (slash == text.length() - 1) {
            throw new IllegalArgumentException("not a subject: there is no id after the slash");
        }
        return new Subject(text.substring(0, slash), text.substring(slash + 1));
    }

    private static boolean isKind(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean inside = i > 0 && (isDigit(c) || c == '-');
            if (!inside && (c < 'a' || c > 'z')) {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= LONGEST_KIND;
    }

    private static boolean isId(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean inside = i > 0 && (c == '.' || c == '_' || c == ':' || c == '-');
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!inside && !letter && !isDigit(c)) {
                return false;
            }
        }
        return text.length() <= LONGEST_ID;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    @Override
    public int compareTo(Subject other) {
        int byKind = kind.compareTo(other.kind);
        return byKind != 0 ? byKind : id.compareTo(other.id);
    }

    @JsonValue
    @Override
    public String toString() {
        return id.isEmpty() ? kind : kind + "/" + id;
    }
}
