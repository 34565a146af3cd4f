package dev.watchdog.journal;

import dev.watchdog.journal.JournalException.Reason;
import java.nio.file.Path;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * What an error of SQLite means for the journal. Codes are those of sqlite.org/rescode.html; the low byte is the
 * primary one.
 */
final class SqliteTrouble {
    private static final int PRIMARY = 0xff;

    private SqliteTrouble() {}

    /** True when the place is at fault (disk, permission, somebody's lock), not what was to be written. */
    static boolean ofThePlace(SQLException e) {
        return switch (primary(e)) {
            case SQLITE_FULL,
                    SQLITE_IOERR,
                    SQLITE_READONLY,
                    SQLITE_CANTOPEN,
                    SQLITE_PERM,
                    SQLITE_AUTH,
                    SQLITE_BUSY,
                    SQLITE_LOCKED,
                    SQLITE_PROTOCOL,
                    SQLITE_NOMEM -> true;
            default -> damaged(e);
        };
    }

    static boolean damaged(SQLException e) {
        return switch (primary(e)) {
            case SQLITE_CORRUPT, SQLITE_NOTADB -> true;
            default -> false;
        };
    }

    static JournalException of(SQLException e, Path directory) {
        String journal = "the journal in " + directory;
        return switch (primary(e)) {
            case SQLITE_FULL -> unwritable(journal, "its file system is full", "free some space there", e);
            case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH ->
                unwritable(journal, "it is read-only", "remount its file system writable or mend its permissions", e);
            case SQLITE_CANTOPEN -> unwritable(journal, "a file cannot be opened", "check the directory", e);
            case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL ->
                unwritable(journal, "another program has it locked", "close what else has journal.db open", e);
            case SQLITE_IOERR -> unwritable(journal, "its disk fails", "look at the kernel log and the disk", e);
            case SQLITE_CORRUPT, SQLITE_NOTADB -> damaged(directory, String.valueOf(e.getMessage()), e);
            case SQLITE_INTERRUPT ->
                new JournalException(
                        Reason.UNAVAILABLE, "a read of " + journal + " took too long; ask for less at once", e);
            default ->
                new JournalException(
                        Reason.UNWRITABLE,
                        journal + " refuses this (" + e.getMessage() + "); report it with the log around it",
                        e);
        };
    }

    static JournalException damaged(Path directory, String what, Throwable cause) {
        return new JournalException(
                Reason.DAMAGED,
                "the journal in " + directory + " is damaged (" + what
                        + "); move the directory aside and start again: a new journal will be made",
                cause);
    }

    private static JournalException unwritable(String journal, String cause, String step, SQLException e) {
        return new JournalException(
                Reason.UNWRITABLE,
                journal + " cannot be written: " + cause + " (" + e.getMessage() + "); " + step
                        + ", writing then resumes by itself",
                e);
    }

    private static SQLiteErrorCode primary(SQLException e) {
        int code = e instanceof SQLiteException sqlite ? sqlite.getResultCode().code : e.getErrorCode();
        return SQLiteErrorCode.getErrorCode(code & PRIMARY);
    }
}
