package dev.watchdog.journal;

import dev.watchdog.events.JournalTruncated;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What the present run of {@link Retention} has dropped so far; one row, written together with the drops. */
final class TruncationTally {
    private static final String ADD = "INSERT INTO truncation (one, count, first, last, unread, why)"
            + " VALUES (1, ?, ?, ?, ?, ?) ON CONFLICT (one) DO UPDATE SET count = count + excluded.count,"
            + " first = min(first, excluded.first), last = max(last, excluded.last),"
            + " unread = unread + excluded.unread";
    private static final String LOOK = "SELECT first, last, count, unread, why FROM truncation";

    private final Statements statements;

    TruncationTally(Statements statements) {
        this.statements = statements;
    }

    void add(long count, long first, long last, long unread, String why) throws SQLException {
        PreparedStatement add = statements.of(ADD);
        add.setLong(1, count);
        add.setLong(2, first);
        add.setLong(3, last);
        add.setLong(4, unread);
        add.setString(5, why);
        add.executeUpdate();
    }

    /** The limit that an unfinished run works on; null when there is none. */
    @Nullable String unfinished() throws SQLException {
        try (ResultSet row = statements.of(LOOK).executeQuery()) {
            return row.next() ? row.getString(5) : null;
        }
    }

    /** Ends the run; null when it dropped nothing. */
    @Nullable JournalTruncated take(String why) throws SQLException {
        JournalTruncated truncated = null;
        try (ResultSet row = statements.of(LOOK).executeQuery()) {
            if (row.next()) {
                truncated = new JournalTruncated(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), why);
            }
        }
        if (truncated != null) {
            statements.run("DELETE FROM truncation");
        }
        return truncated;
    }
}
