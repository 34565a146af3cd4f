package dev.watchdog.linux;

/**
 * Whether anything is mounted on a mount or below it, in the mount namespace the calling thread is in. By listmount(2)
 * (Linux 6.8 and newer), which ends at the first one and writes no paths: a namespace of 100,000 mounts is gone through in
 * some milliseconds. Older kernels have only their mount table to tell.
 */
final class Submounts {
    /** MNT_ID_REQ_SIZE_VER0 of include/uapi/linux/mount.h: size, an unused number, the mount's id, the last one seen. */
    private static final int REQUEST_SIZE = 24;

    private static final int ID_AT = 8;
    private static final int LAST_AT = 16;
    private static final int FOUND_AT = 24;

    private Submounts() {}

    /**
     * Of the mount that is open here.
     *
     * @param id of the mount, as in mountinfo
     * @param thread the calling thread in home's procfs
     * @throws ErrnoException EOVERFLOW or ETIMEDOUT where only a table can tell, which is too large
     */
    static boolean any(Descriptor mountRoot, long id, Descriptor thread) throws ErrnoException {
        long unique = KernelCalls.own().hasStatx() ? UniqueMountId.of(mountRoot) : UniqueMountId.UNKNOWN;
        if (unique != UniqueMountId.UNKNOWN) {
            long found = list(unique);
            int errno = found < 0 ? Libc.errno() : 0;
            if (errno == 0 || errno == Errno.ENOENT) {
                return found > 0;
            }
            if (errno != Errno.ENOSYS && errno != Errno.EPERM) {
                throw new ErrnoException("listmount", mountRoot, errno);
            }
        }
        return !Procfs.mounts(thread, MountFilter.mountedOn(id)).entries().isEmpty();
    }

    /** How many there are, 0 or 1; -1 with ENOENT when the mount is not mounted here. */
    private static long list(long unique) {
        Scratch scratch = Scratch.own();
        scratch.record
                .putInt(0, REQUEST_SIZE)
                .putInt(Integer.BYTES, 0)
                .putLong(ID_AT, unique)
                .putLong(LAST_AT, 0);
        return Libc.syscall(Abi.SYS_LISTMOUNT, scratch.recordAddress, scratch.recordAddress + FOUND_AT, 1, 0, 0);
    }
}
