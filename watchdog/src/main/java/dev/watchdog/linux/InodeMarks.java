package dev.watchdog.linux;

import org.jspecify.annotations.Nullable;

/**
 * Recognises an inode again. A device number and an inode number are given to another file once the file system that had
 * them is gone, and whoever may mount can wait for that, or try until it happens. A mark of fanotify(7) cannot be had
 * that way: it is on the inode itself, keeps no file system from being unmounted, and goes when it is.
 *
 * <p>The marks ask for an event that no directory has, so nothing is ever told. Needs CAP_SYS_ADMIN. Safe from any
 * thread. May block on a dead file system: on a resident thread.
 */
public final class InodeMarks {
    private static @Nullable InodeMarks own;

    private final Descriptor group;

    private InodeMarks() throws ErrnoException {
        int flags = Abi.FAN_CLOEXEC | Abi.FAN_NONBLOCK | Abi.FAN_UNLIMITED_MARKS;
        long fd = Libc.syscall(Abi.SYS_FANOTIFY_INIT, flags, 0, 0, 0, 0);
        group = new Descriptor(Libc.check(fd, "fanotify_init", "marks"), "fanotify");
    }

    /** Those of this process. */
    public static synchronized InodeMarks own() throws ErrnoException {
        InodeMarks known = own;
        if (known == null) {
            known = new InodeMarks();
            own = known;
        }
        return known;
    }

    /** Marks a directory that is open, until its file system is unmounted or this process ends. */
    public synchronized void mark(Descriptor directory) throws ErrnoException {
        int failure = change(directory, Abi.FAN_MARK_ADD);
        if (failure != 0) {
            throw new ErrnoException("fanotify_mark", directory, failure);
        }
    }

    /** Whether it is a directory that was marked, and has been there ever since. */
    public synchronized boolean isMarked(Descriptor directory) throws ErrnoException {
        // the kernel tells of a mark only when it is to be taken off; what is open here stays meanwhile
        int failure = change(directory, Abi.FAN_MARK_REMOVE);
        if (failure == Errno.ENOENT) {
            return false;
        }
        if (failure != 0) {
            throw new ErrnoException("fanotify_mark", directory, failure);
        }
        mark(directory);
        return true;
    }

    /** 0, or the errno. */
    private int change(Descriptor directory, int flags) throws ErrnoException {
        int to = group.hold();
        try {
            int held = directory.hold();
            try {
                long here = Scratch.own().path(".");
                long result = Libc.syscall(Abi.SYS_FANOTIFY_MARK, to, flags, Abi.FAN_CLOSE_WRITE, held, here);
                return result < 0 ? Libc.errno() : 0;
            } finally {
                directory.release();
            }
        } finally {
            group.release();
        }
    }
}
