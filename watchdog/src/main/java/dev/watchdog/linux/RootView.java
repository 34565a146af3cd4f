package dev.watchdog.linux;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The file tree as one process sees it, from its own root, without entering its namespace. Paths are resolved by the
 * kernel inside that root (openat2 with RESOLVE_IN_ROOT and RESOLVE_NO_MAGICLINKS, 5.6 and newer): an absolute symlink
 * or {@code ..} cannot lead out, and a symlink in the last place is never followed, it is what is found.
 *
 * <p>The root is the process's own, so it is only for processes we trust not to chroot at somebody's wish (engines and
 * runners), never for proving what a container's root is. It is held by an O_PATH descriptor, which pins the one mount
 * it is on but not the namespace: when the process has exited the view may be of nothing, so ask {@link Pidfd#exited}
 * before believing that a path is missing.
 *
 * <p>Safe from any thread. Every call can block for ever on a dead network or FUSE file system: make it on a resident
 * thread ({@link MountNamespaces#here}).
 */
public final class RootView implements AutoCloseable {
    private static final int LEAF = Abi.O_PATH | Abi.O_NOFOLLOW | Abi.O_CLOEXEC;
    private static final int READ = Abi.O_NOFOLLOW | Abi.O_NONBLOCK | Abi.O_CLOEXEC;
    private static final int WITHIN = Abi.RESOLVE_IN_ROOT | Abi.RESOLVE_NO_MAGICLINKS;
    /** Resolution gives up with EAGAIN when a rename or mount raced with it (openat2(2)). */
    private static final int ATTEMPTS = 16;

    private final Descriptor root;

    RootView(Descriptor root) {
        this.root = root;
    }

    /** The view of a process that is alive once this returns; throws with ESRCH or ENOENT when it is not. */
    public static RootView of(Pidfd process) throws IOException {
        RootView view = new RootView(
                Descriptor.open(Abi.AT_FDCWD, "/proc/" + process.pid() + "/root", Abi.O_PATH | Abi.O_DIRECTORY));
        if (process.exited()) {
            view.close();
            throw new ErrnoException("open root of", process, Errno.ESRCH);
        }
        return view;
    }

    /**
     * What is at an absolute path: the top mount there, the symlink itself if it is one, null if there is nothing
     * (ENOENT, ENOTDIR). Costs three system calls.
     */
    public @Nullable FileStatus look(String path) throws ErrnoException {
        int leaf = resolve(path, LEAF, WITHIN);
        if (leaf < 0) {
            return null;
        }
        try {
            return FileStatus.of(leaf, path);
        } finally {
            int ignored = Libc.close(leaf);
        }
    }

    /**
     * What {@link #look} tells, in one system call instead of three. Believe it only when it finds what was expected,
     * and only where {@link #leadsStraight} was true: on another way an absolute symlink would lead out of this root.
     */
    public @Nullable FileStatus glance(String path) throws ErrnoException {
        int directory = root.hold();
        try {
            return FileStatus.of(directory, path.substring(1), path);
        } finally {
            root.release();
        }
    }

    /** Whether there is such a directory and no symlink on the way to it. */
    public boolean leadsStraight(String path) {
        try {
            int leaf = resolve(path, LEAF, WITHIN | Abi.RESOLVE_NO_SYMLINKS);
            if (leaf < 0) {
                return false;
            }
            int ignored = Libc.close(leaf);
            return true;
        } catch (ErrnoException e) {
            return false;
        }
    }

    /** An O_PATH descriptor of what {@link #look} would tell of, or null if there is nothing. */
    public @Nullable Descriptor open(String path) throws ErrnoException {
        int leaf = resolve(path, LEAF, WITHIN);
        return leaf < 0 ? null : new Descriptor(leaf, path);
    }

    /**
     * The content of a file that only root can have written: a regular file of root's, no symlink.
     *
     * @return null if there is nothing
     * @throws IOException if it is anything else, or longer than {@code limit} bytes
     */
    public byte @Nullable [] read(String path, int limit) throws IOException {
        int leaf = resolve(path, READ, WITHIN);
        if (leaf < 0) {
            return null;
        }
        try (Descriptor file = new Descriptor(leaf, path)) {
            if (!file.status().isRegularFile() || FileStatus.owner(leaf, path) != 0) {
                throw new IOException(OneLine.of(path) + " is not a regular file of root's");
            }
            return ByteReader.all(file, limit);
        }
    }

    private int resolve(String path, int flags, int how) throws ErrnoException {
        int directory = root.hold();
        try {
            Scratch scratch = Scratch.own();
            long name = scratch.path(path);
            scratch.record.putLong(0, flags).putLong(8, 0).putLong(16, how);
            int errno = Errno.EAGAIN;
            for (int i = 0; i < ATTEMPTS && errno == Errno.EAGAIN; i++) {
                long fd = Libc.syscall(Abi.SYS_OPENAT2, directory, name, scratch.recordAddress, Abi.OPEN_HOW_SIZE, 0);
                if (fd >= 0) {
                    return (int) fd;
                }
                errno = Libc.errno();
            }
            if (errno == Errno.ENOENT || errno == Errno.ENOTDIR) {
                return -1;
            }
            throw new ErrnoException("openat2", path, errno);
        } finally {
            root.release();
        }
    }

    @Override
    public void close() {
        root.close();
    }
}
