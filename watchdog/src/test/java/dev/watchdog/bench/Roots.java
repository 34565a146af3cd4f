package dev.watchdog.bench;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import dev.watchdog.linux.FileStatus;
import dev.watchdog.linux.Pidfd;
import dev.watchdog.linux.RootView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Breaks container roots as the fault does and watches them from outside the agent, by the clock of this process. */
final class Roots implements AutoCloseable {
    private static final int MNT_DETACH = 2;
    private static final int EBUSY = 16;
    private static final long LOOK_EVERY_NANOS = 50_000;

    static {
        Native.register(Roots.class, "c");
    }

    private final Pidfd process;
    private final RootView view;

    Roots(int engine) throws Exception {
        process = Pidfd.open(engine);
        view = RootView.of(process);
    }

    private static native int umount2(String target, int flags) throws LastErrorException;

    private static native int rmdir(String path) throws LastErrorException;

    FileStatus status(Path rootfs) throws Exception {
        FileStatus status = view.look(rootfs.toString());
        if (status == null) {
            throw new IllegalStateException(rootfs + " is not there");
        }
        return status;
    }

    /** Unmounts it, and removes the directory when told so; the time just before. */
    long lose(Path rootfs, boolean alsoDirectory) throws Exception {
        long before = System.nanoTime();
        int ignored = umount2(rootfs.toString(), MNT_DETACH);
        if (alsoDirectory) {
            removeUnlessHealed(rootfs);
        }
        return before;
    }

    /** rmdir says EBUSY when the agent was faster. */
    private static void removeUnlessHealed(Path rootfs) {
        try {
            int ignored = rmdir(rootfs.toString());
        } catch (LastErrorException e) {
            if (e.getErrorCode() != EBUSY) {
                throw e;
            }
        }
    }

    boolean back(Path rootfs, FileStatus root) throws Exception {
        FileStatus now = view.look(rootfs.toString());
        return now != null && now.mountRoot() && now.sameFile(root);
    }

    /** Microseconds since {@code begin} when any mount is back at the path; looks every 50 µs. */
    long awaitMounted(Path rootfs, long begin, Duration patience) throws Exception {
        return await(begin, patience, rootfs, () -> {
            FileStatus now = view.look(rootfs.toString());
            return now != null && now.mountRoot();
        });
    }

    /** Microseconds since {@code begin} when the container's own root is back. */
    long awaitBack(Path rootfs, FileStatus root, long begin, Duration patience) throws Exception {
        return await(begin, patience, rootfs, () -> back(rootfs, root));
    }

    private static long await(long begin, Duration patience, Path what, java.util.concurrent.Callable<Boolean> done)
            throws Exception {
        while (!done.call()) {
            if (System.nanoTime() - begin > patience.toNanos()) {
                throw new IllegalStateException(what + " was not mounted again within " + patience);
            }
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
        return (System.nanoTime() - begin) / 1_000;
    }

    @Override
    public void close() {
        view.close();
        process.close();
    }
}
