package dev.watchdog.healing;

import java.util.List;

/**
 * A view of a domain's subjects, for the command line and the API.
 *
 * @param command the command that shows it, such as {@code containers}
 * @param subjectKind which subjects it shows
 * @param title one line for the help
 * @param columns the details it shows after name, id and state; the last of them is a sentence
 * @param wide further details, shown when everything is
 */
public record SubjectTable(String command, String subjectKind, String title, List<String> columns, List<String> wide) {
    public SubjectTable {
        columns = List.copyOf(columns);
        wide = List.copyOf(wide);
    }

    /** One that always shows all it has. */
    public SubjectTable(String command, String subjectKind, String title, List<String> columns) {
        this(command, subjectKind, title, columns, List.of());
    }
}
