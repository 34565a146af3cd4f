package dev.watchdog.containers;

import dev.watchdog.linux.ErrnoException;
import dev.watchdog.linux.ProcessId;
import dev.watchdog.linux.Processes;
import dev.watchdog.linux.TrustedProcess;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells roots whose fuse-overlayfs has ended: the mount is there, and the kernel answers most questions from memory. The
 * file system itself is only asked where nobody serves it any more, because one that hangs would hold who asks. Safe
 * from any thread; looks on a resident thread.
 */
final class FuseServers {
    private static final Logger LOG = LoggerFactory.getLogger(FuseServers.class);
    private static final String PROGRAM = "fuse-overlayfs";

    /** By container. */
    private final Map<String, ProcessId> servers = new ConcurrentHashMap<>();

    /** Its root is served by a program, and that has ended. */
    boolean hasEnded(Watched watched) {
        if (!(watched.container().layer() instanceof Layer.Fuse)) {
            return false;
        }
        String id = watched.container().id();
        if (servers.getOrDefault(id, ProcessId.NONE).lives()) {
            return false;
        }
        ProcessId found = find(watched.mountPoint());
        if (found.lives()) {
            servers.put(id, found);
            return false;
        }
        return watched.viewers().stream().anyMatch(viewer -> isDead(viewer, watched.rootfs()));
    }

    private static boolean isDead(Watched.Viewer viewer, String rootfs) {
        try {
            viewer.view().files().ask(rootfs);
            return false;
        } catch (ErrnoException e) {
            return e.symbol().equals("ENOTCONN");
        } catch (IllegalStateException e) {
            // let go of this moment
            return false;
        }
    }

    private static ProcessId find(String mountPoint) {
        try {
            for (int pid : Processes.all()) {
                ProcessId found = serves(pid, mountPoint);
                if (found.lives()) {
                    return found;
                }
            }
        } catch (IOException e) {
            LOG.debug("who serves {} is not known: {}", mountPoint, e.getMessage());
        }
        return ProcessId.NONE;
    }

    /** Its last argument is where it mounts. */
    private static ProcessId serves(int pid, String mountPoint) {
        try {
            List<String> words = Processes.commandLine(pid);
            boolean named = words.size() > 1
                    && words.get(0).endsWith(PROGRAM)
                    && words.get(words.size() - 1).equals(mountPoint);
            if (named) {
                try (TrustedProcess trusted = TrustedProcess.prove(pid)) {
                    return trusted.id();
                }
            }
        } catch (IOException e) {
            LOG.debug("process {} has ended, or is not root's: {}", pid, e.getMessage());
        }
        return ProcessId.NONE;
    }

    /** The container has gone. */
    void forget(String id) {
        servers.remove(id);
    }
}
