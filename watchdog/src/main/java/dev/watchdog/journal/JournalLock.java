package dev.watchdog.journal;

import dev.watchdog.journal.JournalException.Reason;
import dev.watchdog.linux.PidFileLock;
import java.io.IOException;
import java.nio.file.Path;

/** Holds a journal's directory for one agent, by a lock on {@code journal.lock} in it. */
final class JournalLock implements AutoCloseable {
    static final String FILE = "journal.lock";

    private final PidFileLock lock;

    private JournalLock(PidFileLock lock) {
        this.lock = lock;
    }

    /** @throws JournalException LOCKED while another agent holds it, or UNWRITABLE */
    static JournalLock take(Path directory) {
        try {
            return new JournalLock(PidFileLock.take(directory.resolve(FILE)));
        } catch (PidFileLock.HeldException e) {
            throw new JournalException(
                    Reason.LOCKED,
                    "the journal in " + directory + " is held by another agent, pid " + e.pid()
                            + "; stop that one, or give this one a journal directory of its own");
        } catch (IOException e) {
            throw new JournalException(
                    Reason.UNWRITABLE,
                    "cannot lock the journal in " + directory + " (" + e
                            + "); make the directory writable for this user",
                    e);
        }
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new IllegalStateException("the journal's lock file cannot be closed", e);
        }
    }
}
