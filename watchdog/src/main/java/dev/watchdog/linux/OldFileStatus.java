package dev.watchdog.linux;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What {@link FileStatus} tells, by calls that every kernel from 3.10 on has: fstatat for the file, fdinfo for the id of
 * its mount. A directory is the root of its mount when {@code ..} leads to another mount. Without ids in fdinfo (before
 * 3.15) a mount table tells both. What cannot be told is an exception.
 */
final class OldFileStatus {
    private static final int LEAF = Abi.O_PATH | Abi.O_NOFOLLOW;
    private static final int FLAGS = Abi.AT_EMPTY_PATH | Abi.AT_SYMLINK_NOFOLLOW | Abi.AT_NO_AUTOMOUNT;
    private static final long UNKNOWN = -1;

    private OldFileStatus() {}

    /** Of an open descriptor. */
    static FileStatus of(int fd, Object what, @Nullable Place place) throws ErrnoException {
        return of(fd, what, place, KernelCalls.own().hasFdinfo());
    }

    static FileStatus of(int fd, Object what, @Nullable Place place, boolean fdinfo) throws ErrnoException {
        FileStatus plain = plain(fd, what);
        if (!plain.isDirectory()) {
            return on(plain, fdinfo ? Procfs.mountId(fd) : UNKNOWN, false);
        }
        if (fdinfo) {
            FileStatus status = on(plain, Procfs.mountId(fd), false);
            return on(status, status.mountId(), isMountRoot(fd, status));
        }
        if (place == null) {
            throw new ErrnoException("mount of", what, Errno.ENOSYS);
        }
        MountEntry mount = Procfs.mounts(place.viewer(), MountFilter.onTheWayTo(place.path()))
                .holding(place.path());
        if (mount == null || mount.major() != plain.major() || mount.minor() != plain.minor()) {
            // what is open is not what is on top at its path now
            throw new ErrnoException("mount of", what, Errno.ESTALE);
        }
        return on(plain, mount.id(), mount.mountPoint().equals(place.path()));
    }

    /** Of a path, from where the calling thread stands. */
    static FileStatus of(String path) throws ErrnoException {
        try (Descriptor thread = Procfs.thread();
                Descriptor leaf = Descriptor.open(Abi.AT_FDCWD, path, LEAF)) {
            int held = leaf.hold();
            try {
                return of(held, path, new Place(thread, path));
            } finally {
                leaf.release();
            }
        }
    }

    static int owner(int fd, Object what) throws ErrnoException {
        return stat(fd, what).getInt(Abi.STAT_UID);
    }

    static FileOwner ownership(int fd, Object what) throws ErrnoException {
        FileStatus plain = plain(fd, what);
        return new FileOwner(owner(fd, what), plain.mode(), plain.major(), plain.minor());
    }

    /**
     * A {@code ..} that leads nowhere is at the top: of its namespace, of a tree that is attached nowhere, or of what
     * this thread may see. Only the last can be in the middle of a mount.
     */
    private static boolean isMountRoot(int fd, FileStatus status) throws ErrnoException {
        try (Descriptor up = Descriptor.open(fd, "..", Abi.O_PATH | Abi.O_DIRECTORY)) {
            if (!isSame(up, status)) {
                return !isOnMount(up, status.mountId());
            }
        }
        try (Descriptor root = Descriptor.open(Abi.AT_FDCWD, "/", Abi.O_PATH | Abi.O_DIRECTORY)) {
            if (!isSame(root, status)) {
                return true;
            }
        }
        try (Descriptor thread = Procfs.thread()) {
            MountEntry own =
                    Procfs.mounts(thread, MountFilter.byId(status.mountId())).byId(status.mountId());
            return own != null && own.mountPoint().equals("/");
        }
    }

    private static boolean isSame(Descriptor directory, FileStatus status) throws ErrnoException {
        int held = directory.hold();
        try {
            return plain(held, directory).sameFile(status) && Procfs.mountId(held) == status.mountId();
        } finally {
            directory.release();
        }
    }

    private static boolean isOnMount(Descriptor directory, long mount) throws ErrnoException {
        int held = directory.hold();
        try {
            return Procfs.mountId(held) == mount;
        } finally {
            directory.release();
        }
    }

    private static FileStatus on(FileStatus status, long mountId, boolean mountRoot) {
        return new FileStatus(status.major(), status.minor(), status.inode(), mountId, mountRoot, status.mode());
    }

    /** st_dev is packed as new_encode_dev of include/linux/kdev_t.h does it: 12 bits of major, 20 of minor. */
    private static FileStatus plain(int fd, Object what) throws ErrnoException {
        ByteBuffer stat = stat(fd, what);
        long device = stat.getLong(Abi.STAT_DEV);
        int major = (int) ((device >> 8) & 0xfff);
        int minor = (int) ((device & 0xff) | ((device >> 12) & 0xfff00));
        return new FileStatus(major, minor, stat.getLong(Abi.STAT_INO), UNKNOWN, false, stat.getInt(Abi.STAT_MODE));
    }

    private static ByteBuffer stat(int fd, Object what) throws ErrnoException {
        Scratch scratch = Scratch.own();
        long result = Libc.syscall(Abi.SYS_NEWFSTATAT, fd, scratch.path(""), scratch.recordAddress, FLAGS, 0);
        Libc.check(result, "fstatat", what);
        return scratch.record;
    }
}
