package dev.watchdog.linux;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Resolves a path inside a root as openat2 with RESOLVE_IN_ROOT and RESOLVE_NO_MAGICLINKS does, for kernels that have
 * no openat2: one name at a time, each from the directory that is open already. A symlink on the way is followed by
 * hand, an absolute one from the root again, and {@code ..} never leads above the root; one in the last place is what
 * is found. Symlinks of procfs are refused on the way, as any of them may be a magic one. One walk, one thread.
 */
final class HandWalk implements AutoCloseable {
    /** MAXSYMLINKS of include/linux/namei.h. */
    private static final int MAX_LINKS = 40;
    /** Each step holds a descriptor. */
    private static final int MAX_DEPTH = 256;

    private static final long PROC_SUPER_MAGIC = 0x9fa0;
    private static final int STEP = Abi.O_PATH | Abi.O_NOFOLLOW | Abi.O_CLOEXEC;

    /** What a walk led to: the descriptor, the caller's to close, and the path to it without symlinks. */
    record Found(int fd, String path) {}

    private record Step(int fd, String name) {}

    /** Asked of all that a walk comes by, in order; each is open with O_PATH. What it objects to ends the walk with EACCES. */
    interface Guard {
        /** Lets everything pass. */
        Guard NONE = (entry, holder, path) -> true;

        /**
         * Whether the walk may go on.
         *
         * @param holder the directory that it is in; -1 of the walk's root
         */
        boolean passes(int entry, int holder, String path) throws ErrnoException;
    }

    private final int root;
    private final String path;
    private final boolean symlinks;
    private final boolean last;
    private final Guard guard;
    private final List<Step> way = new ArrayList<>();
    private final Deque<String> ahead = new ArrayDeque<>();
    private int links;

    /** @param symlinks false: any on the way is ELOOP */
    HandWalk(int root, String path, boolean symlinks) throws ErrnoException {
        this(root, path, symlinks, false, Guard.NONE);
    }

    private HandWalk(int root, String path, boolean symlinks, boolean last, Guard guard) throws ErrnoException {
        this.root = root;
        this.path = path;
        this.symlinks = symlinks;
        this.last = last;
        this.guard = guard;
        // for its checks of the length and of NUL bytes
        long ignored = Scratch.own().path(path);
        goOnWith(path);
    }

    /**
     * One under guard.
     *
     * @param last whether a symlink in the last place is followed as well
     */
    static HandWalk guarded(int root, String path, boolean last, Guard guard) throws ErrnoException {
        return new HandWalk(root, path, true, last, guard);
    }

    /** Goes all the way and opens what is there; fails as openat2 would. */
    Found open(int flags) throws ErrnoException {
        require(root, -1, "/");
        while (true) {
            String name = ahead.poll();
            if (name == null) {
                return new Found(checked(openat(".", flags)), here());
            }
            if (name.equals("..") && !way.isEmpty()) {
                leave(way.size() - 1);
            }
            if (name.equals(".") || name.equals("..")) {
                continue;
            }
            if (ahead.isEmpty() && last && isLink(name)) {
                follow(name);
            } else if (ahead.isEmpty()) {
                return new Found(leaf(name, flags), below(name));
            } else {
                step(name);
            }
        }
    }

    private int leaf(String name, int flags) throws ErrnoException {
        int leaf = checked(openat(name, flags));
        boolean passed = false;
        try {
            require(leaf, directory(), below(name));
            passed = true;
            return leaf;
        } finally {
            if (!passed) {
                int ignored = Libc.close(leaf);
            }
        }
    }

    private void require(int entry, int holder, String where) throws ErrnoException {
        if (!guard.passes(entry, holder, where)) {
            throw failure(Errno.EACCES);
        }
    }

    private boolean isLink(String name) throws ErrnoException {
        try {
            return !Procfs.link(directory(), name).isEmpty();
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EINVAL) {
                return false;
            }
            throw failure(e.errno());
        }
    }

    private void step(String name) throws ErrnoException {
        if (way.size() == MAX_DEPTH) {
            throw failure(Errno.ENAMETOOLONG);
        }
        int directory = openat(name, STEP | Abi.O_DIRECTORY);
        if (directory >= 0) {
            int holder = directory();
            way.add(new Step(directory, name));
            require(directory, holder, here());
        } else if (Libc.errno() == Errno.ENOTDIR) {
            follow(name);
        } else {
            throw failure(Libc.errno());
        }
    }

    private void follow(String name) throws ErrnoException {
        String target;
        try (Descriptor link = new Descriptor(checked(openat(name, STEP)), name)) {
            int held = link.hold();
            try {
                target = Procfs.link(held, "");
                require(held, directory(), below(name));
            } finally {
                link.release();
            }
        } catch (ErrnoException e) {
            // readlinkat says EINVAL, or before 4.x ENOENT, of what is no symlink
            throw failure(e.call().equals("readlinkat") ? Errno.ENOTDIR : e.errno());
        }
        if (!symlinks || ++links > MAX_LINKS || isProcfs()) {
            throw failure(Errno.ELOOP);
        }
        if (target.isEmpty()) {
            throw failure(Errno.ENOENT);
        }
        if (target.startsWith("/")) {
            leave(0);
        }
        goOnWith(target);
    }

    /** Whether the directory the walk has come to is procfs's. Opened for reading: before 3.12 fstatfs refuses O_PATH. */
    private boolean isProcfs() throws ErrnoException {
        try (Descriptor directory = new Descriptor(checked(openat(".", Abi.O_DIRECTORY | Abi.O_CLOEXEC)), path)) {
            Scratch scratch = Scratch.own();
            int result = Libc.fstatfs(directory.hold(), scratch.recordAddress);
            directory.release();
            Libc.check(result, "fstatfs", path);
            return scratch.record.getLong(0) == PROC_SUPER_MAGIC;
        }
    }

    /** What must be gone through before what is ahead; a closing slash says that the last must be a directory. */
    private void goOnWith(String names) {
        String[] each = names.split("/", -1);
        for (int i = each.length - 1; i >= 0; i--) {
            if (!each[i].isEmpty()) {
                ahead.addFirst(each[i]);
            } else if (i == each.length - 1) {
                ahead.addFirst(".");
            }
        }
    }

    private int openat(String name, int flags) throws ErrnoException {
        return Libc.openat(directory(), Scratch.own().path(name), flags, 0);
    }

    private int directory() {
        return way.isEmpty() ? root : way.get(way.size() - 1).fd;
    }

    private int checked(int fd) throws ErrnoException {
        if (fd < 0) {
            throw failure(Libc.errno());
        }
        return fd;
    }

    private ErrnoException failure(int errno) {
        return new ErrnoException("openat", path, errno);
    }

    private String here() {
        StringBuilder here = new StringBuilder();
        way.forEach(step -> here.append('/').append(step.name));
        return here.isEmpty() ? "/" : here.toString();
    }

    private String below(String name) {
        return here().equals("/") ? "/" + name : here() + "/" + name;
    }

    private void leave(int depth) {
        while (way.size() > depth) {
            int ignored = Libc.close(way.remove(way.size() - 1).fd);
        }
    }

    @Override
    public void close() {
        leave(0);
    }
}
