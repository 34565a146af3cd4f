package dev.watchdog.journal;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;

/**
 * The tables, as the steps that led to them. A step, once released, never changes; the number of steps taken is the
 * file's {@code user_version}.
 */
final class Schema {
    /** The file's {@code application_id}: "wdog". */
    static final int APPLICATION = 0x77646f67;

    /** The key of {@code meta} for when the journal was made, in microseconds; older journals have none. */
    static final String CREATED = "created";

    /** The key of {@code meta} for the line of a {@link TimeProof}; older journals have none. */
    static final String TIME = "time";

    private static final List<List<String>> STEPS = List.of(
            List.of(
                    "PRAGMA application_id=" + APPLICATION,
                    // AUTOINCREMENT: an id that retention dropped never comes back (sqlite.org/autoinc.html)
                    "CREATE TABLE entry (id INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT NOT NULL, subject TEXT NOT NULL,"
                            + " time INTEGER NOT NULL, recorded INTEGER NOT NULL, severity TEXT NOT NULL, correlation TEXT,"
                            + " causation INTEGER, data TEXT NOT NULL)",
                    "CREATE INDEX entry_correlation ON entry (correlation) WHERE correlation IS NOT NULL",
                    "CREATE TABLE cursor (reader TEXT PRIMARY KEY, id INTEGER NOT NULL) WITHOUT ROWID",
                    "CREATE TABLE state (key TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID",
                    "CREATE TABLE pin (correlation TEXT PRIMARY KEY) WITHOUT ROWID",
                    "CREATE TABLE meta (key TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID",
                    "INSERT INTO meta VALUES ('journal', '%id%')",
                    "CREATE TABLE truncation (one INTEGER PRIMARY KEY CHECK (one = 1), first INTEGER, last INTEGER,"
                            + " count INTEGER, unread INTEGER, why TEXT)",
                    "CREATE TABLE probe (one INTEGER PRIMARY KEY CHECK (one = 1), filler BLOB)"),
            List.of(
                    "CREATE TABLE command (source TEXT NOT NULL, id TEXT NOT NULL, digest TEXT NOT NULL, live INTEGER NOT NULL,"
                            + " keep INTEGER NOT NULL, answer INTEGER, type TEXT, subject TEXT, time INTEGER, recorded INTEGER,"
                            + " severity TEXT, causation TEXT, data TEXT, UNIQUE (id, source))",
                    "CREATE INDEX command_keep ON command (keep)"));

    private Schema() {}

    static int version() {
        return STEPS.size();
    }

    /**
     * Takes the steps after {@code version}, each whole or not at all.
     *
     * @param now kept as the time when the journal was made, if that is now
     */
    static void migrate(Connection connection, int version, Instant now) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (int step = version; step < STEPS.size(); step++) {
                statement.execute("BEGIN IMMEDIATE");
                try {
                    for (String sql : STEPS.get(step)) {
                        statement.execute(sql.replace("%id%", newId()));
                    }
                    if (step == 0) {
                        statement.execute(
                                "INSERT INTO meta VALUES ('" + CREATED + "', " + EncodedBatch.micros(now) + ")");
                    }
                    statement.execute("PRAGMA user_version=" + (step + 1));
                    statement.execute("COMMIT");
                } catch (SQLException e) {
                    statement.execute("ROLLBACK");
                    throw e;
                }
                // the header must tell the version without the log: Database.inspect reads only the file
                statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
            }
        }
    }

    private static String newId() {
        return "%08x".formatted(new SecureRandom().nextInt());
    }
}
