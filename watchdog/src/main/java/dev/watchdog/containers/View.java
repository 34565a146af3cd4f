package dev.watchdog.containers;

import dev.watchdog.linux.FileStatus;
import dev.watchdog.linux.Pidfd;
import dev.watchdog.linux.RootView;

/**
 * One mount namespace in which container roots must be seen, through one process that lives in it: an engine's, a
 * runtime's or a shim's. Holds that process's root open; closed when the process has exited.
 *
 * @param namespace inode of the mount namespace
 * @param root the process's own root, which may be a directory of the namespace
 */
record View(long namespace, FileStatus root, Pidfd process, RootView files) implements AutoCloseable {
    int pid() {
        return process.pid();
    }

    /** Its process has exited and it was let go of. */
    boolean isClosed() {
        return process.isClosed();
    }

    @Override
    public void close() {
        files.close();
        process.close();
    }
}
