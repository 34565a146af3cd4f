package dev.watchdog.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Moves the write-ahead log into the database, outside the path of an append. The log's file is kept and written over,
 * not cut: writing inside a file of constant size makes fdatasync cheaper, for no metadata changes. Runs on:
 * journal-writer.
 */
final class Checkpoint {
    /** A lone append touches about four pages of 4 KiB: the entry, its index, the sequence, sometimes a parent. */
    private static final long COMMIT_COST = 16 << 10;

    /** When idle, so much in the log is worth moving; what a restart has to read back stays small. */
    private static final long WORTHWHILE = 1 << 20;

    private final Path wal;
    private final long limit;
    private final Statements statements;

    /** About how much was written since the log was last moved. */
    private long pending;

    Checkpoint(Statements statements, Path wal, long limit) {
        this.statements = statements;
        this.wal = wal;
        this.limit = limit;
    }

    void wrote(long bytes) {
        pending += COMMIT_COST + 2 * bytes;
    }

    /** True when it should be done although appends are waiting. */
    boolean pressing() {
        return pending > limit;
    }

    boolean worthwhile() {
        return pending > Math.min(WORTHWHILE, limit / 2);
    }

    /** Never waits for readers; what they hold back is moved the next time. */
    void run() throws SQLException {
        pending = 0;
        try (ResultSet outcome = statements
                .of("PRAGMA wal_checkpoint(PASSIVE)")
                .executeQuery()) { // must be closed: an open one holds up every commit
            outcome.next();
        }
        if (size() > 2 * limit) {
            truncate();
        }
    }

    /** Empties the log's file. Waits for readers, up to the connection's busy timeout. */
    void truncate() throws SQLException {
        pending = 0;
        statements.run("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    private long size() {
        try {
            return Files.size(wal);
        } catch (IOException e) {
            return 0;
        }
    }
}
