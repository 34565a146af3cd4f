package dev.watchdog.linux;

/**
 * The id of a mount that is never given to another one until the next boot (statx STATX_MNT_ID_UNIQUE, Linux 6.8 and
 * newer), unlike the one in mountinfo. What the kernel's mount events name a mount by.
 */
public final class UniqueMountId {
    /** What is told where there is none to tell. */
    public static final long UNKNOWN = 0;

    private static final int FLAGS = Abi.AT_STATX_DONT_SYNC | Abi.AT_NO_AUTOMOUNT | Abi.AT_EMPTY_PATH;
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

    private static long of(Descriptor leaf) throws ErrnoException {
        Scratch scratch = Scratch.own();
        int held = leaf.hold();
        try {
            long empty = scratch.path("");
            long result =
                    Libc.syscall(Abi.SYS_STATX, held, empty, FLAGS, Abi.STATX_MNT_ID_UNIQUE, scratch.recordAddress);
            Libc.check(result, "statx", leaf);
            boolean told = (scratch.record.getInt(MASK_AT) & Abi.STATX_MNT_ID_UNIQUE) != 0;
            return told ? scratch.record.getLong(MOUNT_ID_AT) : UNKNOWN;
        } finally {
            leaf.release();
        }
    }
}
