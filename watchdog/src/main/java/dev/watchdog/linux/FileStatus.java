package dev.watchdog.linux;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What statx(2) tells of a file, asked without syncing with a remote server (AT_STATX_DONT_SYNC), without starting an
 * automount and without following a last symlink. On kernels whose statx does not tell of mounts (before 5.8) found by
 * {@link OldFileStatus}; what cannot be told there is an exception.
 *
 * @param major and {@code minor}: the device of the file system, as in mountinfo
 * @param mountId mountinfo's id of the mount it is on; the kernel gives the id of a mount that is gone to a later one;
 *     -1 of anything but a directory before 3.15
 * @param mountRoot it is a directory and the root of that mount
 * @param mode type and permissions, as st_mode
 */
public record FileStatus(int major, int minor, long inode, long mountId, boolean mountRoot, int mode) {
    private static final int MASK = Abi.STATX_TYPE | Abi.STATX_MODE | Abi.STATX_INO | Abi.STATX_MNT_ID;
    private static final int FLAGS = Abi.AT_STATX_DONT_SYNC | Abi.AT_NO_AUTOMOUNT | Abi.AT_SYMLINK_NOFOLLOW;
    private static final int FILE_TYPE = 0xf000;
    private static final int DIRECTORY = 0x4000;
    /** Of struct statx, include/uapi/linux/stat.h: the attributes that the file system and the kernel tell of. */
    private static final int ATTRIBUTES_MASK = 56;

    /** The same file or directory of the same file system, whichever mount it is seen through. */
    public boolean sameFile(FileStatus other) {
        return inode == other.inode && major == other.major && minor == other.minor;
    }

    public boolean isDirectory() {
        return (mode & FILE_TYPE) == DIRECTORY;
    }

    public boolean isRegularFile() {
        return (mode & FILE_TYPE) == 0x8000;
    }

    public boolean isSocket() {
        return (mode & FILE_TYPE) == 0xc000;
    }

    public boolean isSymbolicLink() {
        return (mode & FILE_TYPE) == 0xa000;
    }

    /** Of an open descriptor, O_PATH or not. */
    static FileStatus of(int fd, Object what, @Nullable Place place) throws ErrnoException {
        return KernelCalls.own().hasStatx()
                ? ask(fd, "", FLAGS | Abi.AT_EMPTY_PATH, what)
                : OldFileStatus.of(fd, what, place);
    }

    /** Of a path, looked up from where the calling thread stands. */
    static FileStatus of(String path) throws ErrnoException {
        return KernelCalls.own().hasStatx() ? ask(Abi.AT_FDCWD, path, FLAGS, path) : OldFileStatus.of(path);
    }

    /** Of a path below an open directory; null if there is nothing (ENOENT, ENOTDIR). Only where statx tells of mounts. */
    static @Nullable FileStatus below(int directory, String relative, Object what) throws ErrnoException {
        Scratch scratch = Scratch.own();
        if (statx(directory, scratch.path(relative), FLAGS, MASK, scratch.recordAddress) == 0) {
            return read(scratch.record);
        }
        int errno = Libc.errno();
        if (errno == Errno.ENOENT || errno == Errno.ENOTDIR) {
            return null;
        }
        throw new ErrnoException("statx", what, errno);
    }

    /** Asks the file system itself, and not what the kernel remembers of it. May hang with it. */
    static void sync(int fd, Object what) throws ErrnoException {
        Scratch scratch = Scratch.own();
        int flags = Abi.AT_STATX_FORCE_SYNC | Abi.AT_NO_AUTOMOUNT | Abi.AT_EMPTY_PATH;
        Libc.check(statx(fd, scratch.path(""), flags, MASK, scratch.recordAddress), "statx", what);
    }

    /** Who owns what is open, by number. */
    static int owner(int fd, Object what) throws ErrnoException {
        if (!KernelCalls.own().hasStatx()) {
            return OldFileStatus.owner(fd, what);
        }
        Scratch scratch = Scratch.own();
        long result = statx(fd, scratch.path(""), FLAGS | Abi.AT_EMPTY_PATH, Abi.STATX_UID, scratch.recordAddress);
        Libc.check(result, "statx", what);
        return scratch.record.getInt(20);
    }

    /** As {@link #owner}, and what may be done to it. */
    static FileOwner ownership(int fd, Object what) throws ErrnoException {
        Scratch scratch = Scratch.own();
        int mask = Abi.STATX_UID | Abi.STATX_MODE | Abi.STATX_TYPE;
        long result = statx(fd, scratch.path(""), FLAGS | Abi.AT_EMPTY_PATH, mask, scratch.recordAddress);
        Libc.check(result, "statx", what);
        return new FileOwner(
                scratch.record.getInt(20),
                Short.toUnsignedInt(scratch.record.getShort(28)),
                scratch.record.getInt(136),
                scratch.record.getInt(140));
    }

    /** Whether statx is there and fills in the id of the mount and whether it is its root; both came with 5.8. */
    static boolean statxTellsMounts() throws ErrnoException {
        Scratch scratch = Scratch.own();
        Libc.check(statx(Abi.AT_FDCWD, scratch.path("/"), FLAGS, MASK, scratch.recordAddress), "statx", "/");
        boolean id = (scratch.record.getInt(0) & Abi.STATX_MNT_ID) != 0;
        return id && (scratch.record.getLong(ATTRIBUTES_MASK) & Abi.STATX_ATTR_MOUNT_ROOT) != 0;
    }

    private static long statx(int directory, long path, int flags, int mask, long buffer) {
        return Libc.syscall(Abi.SYS_STATX, directory, path, flags, mask, buffer);
    }

    private static FileStatus ask(int directory, String path, int flags, Object what) throws ErrnoException {
        Scratch scratch = Scratch.own();
        Libc.check(statx(directory, scratch.path(path), flags, MASK, scratch.recordAddress), "statx", what);
        return read(scratch.record);
    }

    /** Offsets of struct statx, include/uapi/linux/stat.h. */
    private static FileStatus read(ByteBuffer statx) {
        int mode = Short.toUnsignedInt(statx.getShort(28));
        return new FileStatus(
                statx.getInt(136),
                statx.getInt(140),
                statx.getLong(32),
                statx.getLong(144),
                (mode & FILE_TYPE) == DIRECTORY && (statx.getLong(8) & Abi.STATX_ATTR_MOUNT_ROOT) != 0,
                mode);
    }
}
