package dev.watchdog.linux;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The file tree as one process sees it, from its own root, without entering its namespace. Paths are resolved by the
 * kernel inside that root (openat2 with RESOLVE_IN_ROOT and RESOLVE_NO_MAGICLINKS), or before 5.6 by a {@link HandWalk}:
 * an absolute symlink or {@code ..} cannot lead out, and a symlink in the last place is never followed, it is what is
 * found.
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

    /** What a path leads to: the descriptor, the caller's to close, and the place if a mount table has to tell of it. */
    private record Leaf(int fd, @Nullable Place place) {}

    private final Descriptor root;
    private final KernelCalls calls = KernelCalls.own();
    private final @Nullable Descriptor viewer;

    /** For kernels that tell of each file which mount it is on. */
    RootView(Descriptor root) {
        this(root, null);
    }

    /** @param viewer the /proc directory of a process or thread with that root */
    RootView(Descriptor root, @Nullable Descriptor viewer) {
        this.root = root;
        this.viewer = viewer;
    }

    /** The view of a process that is alive once this returns; throws with ESRCH or ENOENT when it is not. */
    public static RootView of(Pidfd process) throws IOException {
        Descriptor root = Procfs.open(process.pid() + "/root", Abi.O_PATH | Abi.O_DIRECTORY);
        RootView view;
        try {
            view = new RootView(root, KernelCalls.own().hasFdinfo() ? null : Procfs.process(process.pid()));
        } catch (ErrnoException e) {
            root.close();
            throw e;
        }
        if (process.exited()) {
            view.close();
            throw new ErrnoException("open root of", process, Errno.ESRCH);
        }
        return view;
    }

    /**
     * What is at an absolute path: the top mount there, the symlink itself if it is one, null if there is nothing
     * (ENOENT, ENOTDIR). Costs three system calls, some twenty without openat2 and a statx that tells of mounts.
     */
    public @Nullable FileStatus look(String path) throws ErrnoException {
        Leaf leaf = resolve(path, LEAF, WITHIN);
        if (leaf == null) {
            return null;
        }
        try {
            return FileStatus.of(leaf.fd, path, leaf.place);
        } finally {
            int ignored = Libc.close(leaf.fd);
        }
    }

    /**
     * What {@link #look} tells, in one system call instead of three where statx tells of mounts. Believe it only when it finds what was expected,
     * and only where {@link #leadsStraight} was true: on another way an absolute symlink would lead out of this root.
     */
    public @Nullable FileStatus glance(String path) throws ErrnoException {
        if (!calls.hasStatx()) {
            return look(path);
        }
        int directory = root.hold();
        try {
            return FileStatus.below(directory, path.substring(1), path);
        } finally {
            root.release();
        }
    }

    /** Which mount is on top at a path, in one system call, on the terms of {@link #glance}; see {@link UniqueMountId}. */
    public long mountAt(String path) throws ErrnoException {
        int directory = root.hold();
        try {
            return UniqueMountId.below(directory, path.substring(1));
        } finally {
            root.release();
        }
    }

    /**
     * Asks the file system at a path whether it answers; nothing at the path is no answer to wait for. Hangs with one
     * that hangs: only for one that nobody serves. Where there is no statx (before 4.11) nothing is asked.
     *
     * @throws ErrnoException if it does not; ENOTCONN when the program that served it has ended
     */
    public void ask(String path) throws ErrnoException {
        Leaf leaf = calls.hasStatx() ? resolve(path, LEAF, WITHIN) : null;
        if (leaf != null) {
            try {
                FileStatus.sync(leaf.fd, path);
            } finally {
                int ignored = Libc.close(leaf.fd);
            }
        }
    }

    /** Whether there is such a directory and no symlink on the way to it. */
    public boolean leadsStraight(String path) {
        try {
            Leaf leaf = resolve(path, LEAF, WITHIN | Abi.RESOLVE_NO_SYMLINKS);
            if (leaf == null) {
                return false;
            }
            int ignored = Libc.close(leaf.fd);
            return true;
        } catch (ErrnoException e) {
            return false;
        }
    }

    /** An O_PATH descriptor of what {@link #look} would tell of, or null if there is nothing. */
    public @Nullable Descriptor open(String path) throws ErrnoException {
        Leaf leaf = resolve(path, LEAF, WITHIN);
        return leaf == null ? null : new Descriptor(leaf.fd, path, leaf.place);
    }

    /**
     * As {@link #open}, but only what nobody except root could have put there or changed on the way: see {@link
     * FileOwner#objection}.
     *
     * @throws UntrustedException if somebody else could, with the step of the way where
     */
    public @Nullable Descriptor openOwned(String path) throws IOException {
        Leaf leaf = owned(path, LEAF, false);
        return leaf == null ? null : new Descriptor(leaf.fd, path, leaf.place);
    }

    /** The same; a symlink in the last place is followed as well, if it is root's. */
    public @Nullable Descriptor followOwned(String path) throws IOException {
        Leaf leaf = owned(path, LEAF, true);
        return leaf == null ? null : new Descriptor(leaf.fd, path, leaf.place);
    }

    /**
     * The content of a file that only root can have written: a regular file of root's, no symlink, and on a way that
     * only root can have led there (see {@link #openOwned}).
     *
     * @return null if there is nothing
     * @throws IOException if it is anything else, or longer than {@code limit} bytes
     */
    public byte @Nullable [] read(String path, int limit) throws IOException {
        try (Descriptor file = regular(path)) {
            return file == null ? null : ByteReader.all(file, limit);
        }
    }

    /** As {@link #read}, piece by piece: beyond {@code limit} bytes reading fails. For the caller to close. */
    public @Nullable FileInput stream(String path, long limit) throws IOException {
        Descriptor file = regular(path);
        return file == null ? null : new FileInput(file, limit);
    }

    private @Nullable Descriptor regular(String path) throws IOException {
        Leaf leaf = owned(path, READ, false);
        if (leaf == null) {
            return null;
        }
        Descriptor file = new Descriptor(leaf.fd, path, leaf.place);
        boolean right = false;
        try {
            right = file.status().isRegularFile();
        } finally {
            if (!right) {
                file.close();
            }
        }
        if (!right) {
            throw new IOException(OneLine.of(path) + " is not a regular file of root's");
        }
        return file;
    }

    private @Nullable Leaf owned(String path, int flags, boolean last) throws IOException {
        RootsAlone guard = new RootsAlone();
        int directory = root.hold();
        try (HandWalk walk = HandWalk.guarded(directory, path, last, guard)) {
            HandWalk.Found found = walk.open(flags);
            return new Leaf(found.fd(), viewer == null ? null : new Place(viewer, found.path()));
        } catch (ErrnoException e) {
            if (guard.objection != null) {
                throw new UntrustedException(guard.objection);
            }
            if (isNothing(e.errno())) {
                return null;
            }
            throw e;
        } finally {
            root.release();
        }
    }

    /** Lets pass what only root can change. */
    private static final class RootsAlone implements HandWalk.Guard {
        private @Nullable String objection;

        @Override
        public boolean passes(int entry, int holder, String path) throws ErrnoException {
            String why = FileOwner.of(entry, path).objection(holder < 0 ? null : FileOwner.of(holder, path));
            if (why != null) {
                objection = path + " " + why;
            }
            return why == null;
        }
    }

    private @Nullable Leaf resolve(String path, int flags, int how) throws ErrnoException {
        int directory = root.hold();
        try {
            return calls.hasOpenat2()
                    ? openat2(directory, path, flags, how)
                    : walk(directory, path, flags, (how & Abi.RESOLVE_NO_SYMLINKS) == 0);
        } finally {
            root.release();
        }
    }

    private static @Nullable Leaf openat2(int directory, String path, int flags, int how) throws ErrnoException {
        Scratch scratch = Scratch.own();
        long name = scratch.path(path);
        scratch.record.putLong(0, flags).putLong(8, 0).putLong(16, how);
        int errno = Errno.EAGAIN;
        for (int i = 0; i < ATTEMPTS && errno == Errno.EAGAIN; i++) {
            long fd = Libc.syscall(Abi.SYS_OPENAT2, directory, name, scratch.recordAddress, Abi.OPEN_HOW_SIZE, 0);
            if (fd >= 0) {
                return new Leaf((int) fd, null);
            }
            errno = Libc.errno();
        }
        if (isNothing(errno)) {
            return null;
        }
        throw new ErrnoException("openat2", path, errno);
    }

    private @Nullable Leaf walk(int directory, String path, int flags, boolean symlinks) throws ErrnoException {
        try (HandWalk walk = new HandWalk(directory, path, symlinks)) {
            HandWalk.Found found = walk.open(flags);
            return new Leaf(found.fd(), viewer == null ? null : new Place(viewer, found.path()));
        } catch (ErrnoException e) {
            if (isNothing(e.errno())) {
                return null;
            }
            throw e;
        }
    }

    private static boolean isNothing(int errno) {
        return errno == Errno.ENOENT || errno == Errno.ENOTDIR;
    }

    @Override
    public void close() {
        root.close();
        if (viewer != null) {
            viewer.close();
        }
    }
}
