package dev.watchdog.healing;

import dev.watchdog.events.Subject;
import java.util.List;

/**
 * A command verb that a domain declares. What it asks for becomes a proposal of the domain, which the healer pursues as
 * one that a person has approved: see {@link Bus#plan}.
 *
 * @param name such as {@code set-guest-memory}
 * @param arguments all of them must be given
 * @param subjectArgument which of them names what it is about, by name or id; empty when none does
 * @param subjectKind what it is about
 * @param wish the fault kind, a {@link Nature#WISH}, under which its action is pursued
 * @param title a few words for the help
 */
public record VerbKind(
        String name, List<String> arguments, String subjectArgument, String subjectKind, String wish, String title) {
    /** In place of a subject's name, where a verb can do all that there are at once; the host is asked then. */
    public static final String ALL = "all";

    public VerbKind {
        arguments = List.copyOf(arguments);
        if (!subjectArgument.isEmpty() && !arguments.contains(subjectArgument)) {
            throw new IllegalArgumentException("'" + subjectArgument + "' is none of the arguments");
        }
    }

    /** One without an argument that names a subject. */
    public VerbKind(String name, List<String> arguments, String subjectKind, String wish, String title) {
        this(name, arguments, "", subjectKind, wish, title);
    }

    /** What it does is done to the host as a whole, so that it may be asked of {@link #ALL} that a kind has. */
    public boolean isOfHost() {
        return subjectKind.equals(Subject.HOST.kind());
    }
}
