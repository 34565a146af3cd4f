package dev.watchdog.linux;

/**
 * Home's procfs, held open, so that it can be asked from inside a foreign mount namespace, where {@code /proc} is
 * somebody else's or nothing. Opened once for the process, at home; {@link KernelCalls} sees to that. Safe from any
 * thread.
 */
final class Procfs {
    private static final Descriptor HOME = opened();
    private static final int DIRECTORY = Abi.O_PATH | Abi.O_DIRECTORY;
    /** PATH_MAX of limits.h. */
    private static final int PATH_MAX = 4096;

    private static final int FDINFO_BYTES = 1 << 16;
    private static final String MOUNT_ID = "mnt_id:";

    private Procfs() {}

    private static Descriptor opened() {
        try {
            return Descriptor.open(Abi.AT_FDCWD, "/proc", Abi.O_PATH | Abi.O_DIRECTORY);
        } catch (ErrnoException e) {
            throw new IllegalStateException("the agent needs /proc: " + e.getMessage(), e);
        }
    }

    /** @param path below {@code /proc}, not starting with a slash */
    static Descriptor open(String path, int flags) throws ErrnoException {
        int held = HOME.hold();
        try {
            return Descriptor.open(held, path, flags);
        } finally {
            HOME.release();
        }
    }

    /** The directory of a process, which stays bound to that one process whoever gets its number later. */
    static Descriptor process(int pid) throws ErrnoException {
        return open(Integer.toString(pid), DIRECTORY);
    }

    /** The directory of the calling thread. */
    static Descriptor thread() throws ErrnoException {
        try {
            return open("thread-self", DIRECTORY);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOENT) {
                return threadByNumber();
            }
            throw e;
        }
    }

    /** Before 3.17 there is no {@code thread-self}. */
    static Descriptor threadByNumber() throws ErrnoException {
        int number = Libc.check(Libc.syscall(Abi.SYS_GETTID, 0, 0, 0, 0, 0), "gettid", "");
        return open("self/task/" + number, DIRECTORY);
    }

    /** Those mounts that a process or thread sees and that are wanted, by its directory. */
    static MountTable mounts(Descriptor directory, MountFilter filter) throws ErrnoException {
        try (Descriptor file = open(directory, "mountinfo")) {
            return MountTable.read(file, filter);
        }
    }

    /** The mount namespace of a process or thread, by its directory; pinned until it is closed. */
    static Descriptor mountNamespace(Descriptor directory) throws ErrnoException {
        return open(directory, "ns/mnt");
    }

    /** For reading, below the directory of a process or thread. */
    static Descriptor open(Descriptor directory, String path) throws ErrnoException {
        int held = directory.hold();
        try {
            return Descriptor.open(held, path, 0);
        } finally {
            directory.release();
        }
    }

    /** The path of what is open, as the kernel makes it up (d_path): good for a name, not for finding it again. */
    static String path(int fd) throws ErrnoException {
        int held = HOME.hold();
        try {
            return link(held, "self/fd/" + fd);
        } finally {
            HOME.release();
        }
    }

    /** What a symlink says; with an empty path the one that is open with O_PATH and O_NOFOLLOW. EINVAL: it is none. */
    static String link(int directory, String path) throws ErrnoException {
        byte[] target = new byte[PATH_MAX];
        long length = Libc.readlinkat(directory, Scratch.own().path(path), target, target.length);
        int checked = Libc.check(length, "readlinkat", path);
        if (checked == target.length) {
            throw new ErrnoException("readlinkat", path, Errno.ENAMETOOLONG);
        }
        return PathBytes.decode(target, 0, checked);
    }

    /** The id of the mount that an open file is on (fdinfo, proc(5); 3.15 and newer, ENOSYS before). */
    static long mountId(int fd) throws ErrnoException {
        try (Descriptor file = open("self/fdinfo/" + fd, 0)) {
            byte[] info = ByteReader.all(file, FDINFO_BYTES);
            for (String line : PathBytes.decode(info, 0, info.length).split("\n", -1)) {
                if (line.startsWith(MOUNT_ID)) {
                    return Long.parseLong(line.substring(MOUNT_ID.length()).strip());
                }
            }
        }
        throw new ErrnoException("mnt_id in fdinfo", fd, Errno.ENOSYS);
    }
}
