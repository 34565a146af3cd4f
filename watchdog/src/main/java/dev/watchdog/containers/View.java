package dev.watchdog.containers;

import dev.watchdog.linux.FileStatus;
import dev.watchdog.linux.Pidfd;
import dev.watchdog.linux.Processes;
import dev.watchdog.linux.RootView;
import dev.watchdog.linux.TrustedProcess;
import java.io.IOException;

/**
 * One mount namespace in which container roots must be seen, through one process that lives in it: an engine's, a
 * runtime's or a shim's, and of root's, proven. Holds that process's root open; closed when the process has exited.
 *
 * @param namespace inode of the mount namespace
 * @param root the process's own root, which may be a directory of the namespace
 */
record View(long namespace, FileStatus root, TrustedProcess trusted, RootView files) implements AutoCloseable {
    int pid() {
        return trusted.pid();
    }

    Pidfd process() {
        return trusted.pidfd();
    }

    /**
     * The process, to enter its namespace at once: it is proven to be root's anew, and to live there still.
     *
     * @throws IOException if it is not, or has ended
     */
    Pidfd entrance() throws IOException {
        Pidfd process = trusted.confirm();
        if (Processes.mountNamespace(pid()) != namespace) {
            throw new IOException(process + " lives in another mount namespace than before");
        }
        return process;
    }

    /** Its process has exited and it was let go of. */
    boolean isClosed() {
        return trusted.pidfd().isClosed();
    }

    @Override
    public void close() {
        files.close();
        trusted.close();
    }
}
