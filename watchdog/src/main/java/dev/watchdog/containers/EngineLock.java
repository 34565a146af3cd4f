package dev.watchdog.containers;

import dev.watchdog.linux.Descriptor;
import dev.watchdog.linux.DirectoryLock;
import dev.watchdog.linux.FileStatus;
import dev.watchdog.linux.ProcessId;
import dev.watchdog.linux.RootView;
import dev.watchdog.linux.TrustedProcess;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One agent for each engine: a lock on the directory in which the engine keeps its runtime's state, which is the same
 * for every agent however it comes by the engine. Not on its data: that must stay free to be unmounted. Safe from any
 * thread; looks on a resident thread.
 */
final class EngineLock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EngineLock.class);
    private static final String KNOWING = "that no other agent looks after this engine";

    private final Doubts doubts = new Doubts(LOG);

    private @Nullable DirectoryLock held;
    private boolean closed;

    /** Why this agent must not look after an engine of root's; null when it may, and has the lock then. */
    synchronized @Nullable String obstacle(ProcessId engine) {
        if (engine.pid() <= 0) {
            return null;
        }
        try (TrustedProcess process = TrustedProcess.prove(engine);
                RootView files = RootView.of(process.pidfd())) {
            return obstacle(files, EngineProcess.execRoot(engine.pid(), files));
        } catch (IOException e) {
            doubts.doubt(KNOWING, String.valueOf(e.getMessage()));
            return null;
        }
    }

    /** Of the engine that keeps its state in a directory. */
    synchronized @Nullable String obstacle(RootView files, String directory) {
        try {
            String obstacle = look(files, directory);
            doubts.believe(KNOWING);
            return obstacle;
        } catch (IOException e) {
            doubts.doubt(KNOWING, String.valueOf(e.getMessage()));
            return null;
        }
    }

    private @Nullable String look(RootView files, String directory) throws IOException {
        FileStatus status = status(files, directory);
        if (closed || (status != null && held != null && held.isOf(status))) {
            return null;
        }
        DirectoryLock taken = DirectoryLock.take(files, directory);
        if (taken == null) {
            int holder = status == null ? 0 : DirectoryLock.holder(status);
            return "another agent" + (holder > 0 ? ", process " + holder + "," : "")
                    + " looks after this engine: stop that one, or take the engine out of the configuration of this one";
        }
        letGo();
        held = taken;
        return null;
    }

    private static @Nullable FileStatus status(RootView files, String directory) throws IOException {
        try (Descriptor found = files.followOwned(directory)) {
            return found == null ? null : found.status();
        }
    }

    /** Lets go of it, for good. */
    @Override
    public synchronized void close() {
        closed = true;
        letGo();
    }

    private void letGo() {
        if (held != null) {
            held.close();
            held = null;
        }
    }
}
