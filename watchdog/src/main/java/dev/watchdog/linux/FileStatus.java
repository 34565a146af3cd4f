package dev.watchdog.linux;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What statx(2) tells of a file, asked without syncing with a remote server (AT_STATX_DONT_SYNC), without starting an
 * automount and without following a last symlink.
 *
 * @param major and {@code minor}: the device of the file system, as in mountinfo
 * @param mountId mountinfo's id of the mount it is on (kernel 5.8 and newer, else -1); the kernel gives the id of a
 *     mount that is gone to a later one
 * @param mountRoot it is the root of that mount (5.8 and newer, else false)
 * @param mode type and permissions, as st_mode
 */
public record FileStatus(int major, int minor, long inode, long mountId, boolean mountRoot, int mode) {
    private static final int MASK = Abi.STATX_TYPE | Abi.STATX_MODE | Abi.STATX_INO | Abi.STATX_MNT_ID;
    private static final int FLAGS = Abi.AT_STATX_DONT_SYNC | Abi.AT_NO_AUTOMOUNT | Abi.AT_SYMLINK_NOFOLLOW;
    private static final int FILE_TYPE = 0xf000;

    /** The same file or directory of the same file system, whichever mount it is seen through. */
    public boolean sameFile(FileStatus other) {
        return inode == other.inode && major == other.major && minor == other.minor;
    }

    public boolean isDirectory() {
        return (mode & FILE_TYPE) == 0x4000;
    }

    public boolean isRegularFile() {
        return (mode & FILE_TYPE) == 0x8000;
    }

    public boolean isSymbolicLink() {
        return (mode & FILE_TYPE) == 0xa000;
    }

    /** Of an open descriptor, O_PATH or not. */
    static FileStatus of(int fd, Object what) throws ErrnoException {
        return ask(fd, "", FLAGS | Abi.AT_EMPTY_PATH, what);
    }

    /** Of a path, looked up from where the calling thread stands. */
    static FileStatus of(String path) throws ErrnoException {
        return ask(Abi.AT_FDCWD, path, FLAGS, path);
    }

    /** Of a path below an open directory; null if there is nothing (ENOENT, ENOTDIR). */
    static @Nullable FileStatus of(int directory, String relative, Object what) throws ErrnoException {
        Scratch scratch = Scratch.own();
        if (Libc.statx(directory, scratch.path(relative), FLAGS, MASK, scratch.recordAddress) == 0) {
            return read(scratch.record);
        }
        int errno = Libc.errno();
        if (errno == Errno.ENOENT || errno == Errno.ENOTDIR) {
            return null;
        }
        throw new ErrnoException("statx", what, errno);
    }

    /** Who owns what is open, by number. */
    static int owner(int fd, Object what) throws ErrnoException {
        Scratch scratch = Scratch.own();
        int result = Libc.statx(fd, scratch.path(""), FLAGS | Abi.AT_EMPTY_PATH, Abi.STATX_UID, scratch.recordAddress);
        Libc.check(result, "statx", what);
        return scratch.record.getInt(20);
    }

    private static FileStatus ask(int directory, String path, int flags, Object what) throws ErrnoException {
        Scratch scratch = Scratch.own();
        Libc.check(Libc.statx(directory, scratch.path(path), flags, MASK, scratch.recordAddress), "statx", what);
        return read(scratch.record);
    }

    /** Offsets of struct statx, include/uapi/linux/stat.h. */
    private static FileStatus read(ByteBuffer statx) {
        boolean mountKnown = (statx.getInt(0) & Abi.STATX_MNT_ID) != 0;
        return new FileStatus(
                statx.getInt(136),
                statx.getInt(140),
                statx.getLong(32),
                mountKnown ? statx.getLong(144) : -1,
                (statx.getLong(8) & Abi.STATX_ATTR_MOUNT_ROOT) != 0,
                Short.toUnsignedInt(statx.getShort(28)));
    }
}
