package dev.watchdog.journal;

import java.sql.ResultSet;
import java.sql.SQLException;

/** How much room the database takes, in bytes, as its own connection sees it. */
final class PageCount {
    private final Statements statements;
    private final long pageSize;

    PageCount(Statements statements) throws SQLException {
        this.statements = statements;
        pageSize = ask("PRAGMA page_size");
    }

    /** The file, once the log has been moved into it. */
    long total() throws SQLException {
        return ask("PRAGMA page_count") * pageSize;
    }

    /** The part of it that holds something. */
    long used() throws SQLException {
        return (ask("PRAGMA page_count") - ask("PRAGMA freelist_count")) * pageSize;
    }

    private long ask(String pragma) throws SQLException {
        try (ResultSet row = statements.of(pragma).executeQuery()) {
            return row.getLong(1);
        }
    }
}
