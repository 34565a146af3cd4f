package dev.watchdog.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** How much room the database takes, in bytes, as its own connection sees it. */
final class PageCount {
    private final PreparedStatement count;
    private final PreparedStatement free;
    private final long pageSize;

    PageCount(Connection connection) throws SQLException {
        count = connection.prepareStatement("PRAGMA page_count");
        free = connection.prepareStatement("PRAGMA freelist_count");
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA page_size")) {
            pageSize = row.getLong(1);
        }
    }

    /** The file, once the log has been moved into it. */
    long total() throws SQLException {
        return ask(count) * pageSize;
    }

    /** The part of it that holds something. */
    long used() throws SQLException {
        return (ask(count) - ask(free)) * pageSize;
    }

    private static long ask(PreparedStatement pragma) throws SQLException {
        try (ResultSet row = pragma.executeQuery()) {
            return row.getLong(1);
        }
    }
}
