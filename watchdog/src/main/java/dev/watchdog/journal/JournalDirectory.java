package dev.watchdog.journal;

import dev.watchdog.journal.JournalException.Reason;
import dev.watchdog.linux.OwnedPath;
import dev.watchdog.linux.OwnedPath.NoDirectoryException;
import dev.watchdog.linux.OwnedPath.UntrustedPathException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes the journal's directory and refuses one that others can change: whoever writes the journal decides which
 * commands were carried out and which actions are allowed.
 */
final class JournalDirectory {
    /** All that SQLite and the lock open by name. */
    private static final List<String> FILES = List.of("journal.lock", "journal.db", "journal.db-wal", "journal.db-shm");

    private JournalDirectory() {}

    /** @throws JournalException UNTRUSTED, or UNWRITABLE if it cannot be made; nothing is changed by either */
    static void prepare(Path directory) {
        try {
            OwnedPath.makeDirectory(directory);
            for (String file : FILES) {
                OwnedPath.requireFile(directory.resolve(file));
            }
        } catch (UntrustedPathException e) {
            throw new JournalException(
                    Reason.UNTRUSTED,
                    "the journal in " + directory + " cannot be trusted, others can change it: " + e.getMessage()
                            + ", after a look at what is in the directory",
                    e);
        } catch (NoDirectoryException e) {
            throw new JournalException(
                    Reason.UNWRITABLE,
                    "the journal's directory " + directory + " cannot be made: " + e.getMessage()
                            + ", or set journal.directory to another",
                    e);
        } catch (IOException e) {
            throw new JournalException(
                    Reason.UNWRITABLE,
                    "the journal's directory " + directory + " cannot be made (" + e
                            + "); make it, or set journal.directory to another",
                    e);
        }
    }
}
