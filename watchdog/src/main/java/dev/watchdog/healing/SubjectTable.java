package dev.watchdog.healing;

import java.util.List;

/**
 * A view of a domain's subjects, for the command line and the API.
 *
 * @param command the command that shows it, such as {@code containers}
 * @param subjectKind which subjects it shows
 * @param title one line for the help
 * @param columns the details it shows after id, name and state
 */
public record SubjectTable(String command, String subjectKind, String title, List<String> columns) {
    public SubjectTable {
        columns = List.copyOf(columns);
    }
}
