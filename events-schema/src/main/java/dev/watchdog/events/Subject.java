package dev.watchdog.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * What can be broken, written {@code kind/id}: {@code container/<id>}, {@code guest/<uuid>}, or {@code host} alone.
 *
 * <p>Ids are checked, never escaped: a subject goes into URLs, metrics and log lines, so only letters, digits and
 * {@code . _ : -} are allowed, at most 128 of them, and not one of these four first ({@code ..} means something in a
 * URL). Names given by users never become subjects.
 */
public record Subject(String kind, String id) implements Comparable<Subject> {
    private static final Pattern KIND = Pattern.compile("[a-z][a-z0-9-]{0,31}");
    private static final Pattern ID = Pattern.compile("(?:[A-Za-z0-9][A-Za-z0-9._:-]{0,127})?");

    /** The machine itself. */
    public static final Subject HOST = new Subject("host", "");

    /** @throws IllegalArgumentException if either part has a character that is not allowed */
    public Subject {
        if (!KIND.matcher(kind).matches() || !ID.matcher(id).matches()) {
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
