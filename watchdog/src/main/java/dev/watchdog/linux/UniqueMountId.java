package dev.watchdog.linux;

/**
 * The id of a mount that is never given to another one until the next boot (statx STATX_MNT_ID_UNIQUE, Linux 6.8 and
 * newer), unlike the one in mountinfo. What the kernel's mount events name a mount by.
 */
public final class UniqueMountId {
    /** What is told where there is none to tell. */
    public static final long UNKNOWN = 0;

    private static final int FLAGS = Abi.AT_STATX_DONT_SYNC | Abi.AT_NO_AUTOMOUNT;
    private static final int MASK_AT = 0;
    private static final int MOUNT_ID_AT = 144;

    private UniqueMountId() {}

    /**
     * Of the mount that is on top at a path; {@link #UNKNOWN} when there is nothing, or on an older kernel. May block on
     * a dead file system: on a resident thread.
     */
    public static long of(RootView view, String path) throws ErrnoException {
        try (Descriptor leaf = view.open(path)) {
            return leaf == null ? UNKNOWN : of(leaf);
        }
    }

    /** Of what is on top at a path below an open directory; {@link #UNKNOWN} when there is nothing. */
    static long below(int directory, String relative) throws ErrnoException {
        long id = ask(directory, relative, FLAGS | Abi.AT_SYMLINK_NOFOLLOW);
        int errno = id < 0 ? Libc.errno() : 0;
        if (errno == 0 || errno == Errno.ENOENT || errno == Errno.ENOTDIR) {
            return Math.max(id, UNKNOWN);
        }
        throw new ErrnoException("statx", relative, errno);
    }

    /** Of the mount that an open file is on; {@link #UNKNOWN} on an older kernel. */
    static long of(Descriptor leaf) throws ErrnoException {
        if (!KernelCalls.own().hasStatx()) {
            return UNKNOWN;
        }
        int held = leaf.hold();
        try {
            long id = ask(held, "", FLAGS | Abi.AT_EMPTY_PATH);
            int ignored = Libc.check(id, "statx", leaf);
            return id;
        } finally {
            leaf.release();
        }
    }

    /** Negative when it failed. */
    private static long ask(int directory, String path, int flags) throws ErrnoException {
        Scratch scratch = Scratch.own();
        long name = scratch.path(path);
        if (Libc.syscall(Abi.SYS_STATX, directory, name, flags, Abi.STATX_MNT_ID_UNIQUE, scratch.recordAddress) < 0) {
            return -1;
        }
        boolean told = (scratch.record.getInt(MASK_AT) & Abi.STATX_MNT_ID_UNIQUE) != 0;
        return told ? scratch.record.getLong(MOUNT_ID_AT) : UNKNOWN;
    }
}
