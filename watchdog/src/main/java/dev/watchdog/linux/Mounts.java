package dev.watchdog.linux;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The mount system calls, acting in the mount namespace the calling thread is in (see {@link Visit}). Clone and attach
 * need 5.2; all need CAP_SYS_ADMIN over the namespace.
 */
final class Mounts {
    /** The thread's working directory: resolving it crosses nothing that somebody else could have changed. */
    private static final String HERE = ".";

    private Mounts() {}

    /**
     * A copy of the mount whose root is open, of this namespace, without the mounts below it, attached nowhere: gone when
     * closed. It has the flags of what was copied, and is of its peer group: see {@link Visit#clone}.
     */
    static Descriptor clone(Descriptor mountRoot) throws ErrnoException {
        int held = mountRoot.hold();
        try {
            long flags = Abi.OPEN_TREE_CLONE | Abi.AT_EMPTY_PATH | Abi.O_CLOEXEC;
            long fd = Libc.syscall(Abi.SYS_OPEN_TREE, held, Scratch.own().path(""), flags, 0, 0);
            return new Descriptor(Libc.check(fd, "open_tree", mountRoot), "clone of " + mountRoot);
        } finally {
            mountRoot.release();
        }
    }

    /** Puts a cloned tree on a directory of this namespace. The tree's descriptor then stands for the attached mount. */
    static void attach(Descriptor tree, Descriptor directory) throws ErrnoException {
        int from = tree.hold();
        try {
            int to = directory.hold();
            try {
                long empty = Scratch.own().path("");
                long flags = Abi.MOVE_MOUNT_F_EMPTY_PATH | Abi.MOVE_MOUNT_T_EMPTY_PATH;
                long result = Libc.syscall(Abi.SYS_MOVE_MOUNT, from, empty, to, empty, flags);
                Libc.check(result, "move_mount", directory);
            } finally {
                directory.release();
            }
        } finally {
            tree.release();
        }
    }

    /**
     * Lazily unmounts the mount whose root is open here, and it alone: the thread moves its working directory there
     * and unmounts {@code "."}, so no path is resolved that somebody could have changed. The kernel takes what is
     * stacked on top, or takes what is mounted below along: the caller makes sure that there is neither.
     */
    static void detach(Descriptor mountRoot) throws ErrnoException {
        int held = mountRoot.hold();
        try {
            Libc.check(Libc.fchdir(held), "fchdir", mountRoot);
            detach(HERE);
        } finally {
            mountRoot.release();
        }
    }

    static void detach(String path) throws ErrnoException {
        int result = Libc.umount2(Scratch.own().path(path), Abi.MNT_DETACH | Abi.UMOUNT_NOFOLLOW);
        Libc.check(result, "umount2", path);
    }

    /**
     * Takes a mount of this namespace, and all below it, out of its peer group and away from its master: from then on
     * nothing that is mounted or unmounted there is mounted or unmounted elsewhere.
     */
    static void makePrivate(Descriptor mountRoot) throws ErrnoException {
        change(mountRoot, Abi.MS_REC | Abi.MS_PRIVATE);
    }

    /** Gives a mount of this namespace all of its flags anew; those of the file system stay as they are. */
    static void setAttributes(Descriptor mountRoot, MountAttributes attributes) throws ErrnoException {
        change(mountRoot, Abi.MS_REMOUNT | Abi.MS_BIND | attributes.flags());
    }

    private static void change(Descriptor mountRoot, long flags) throws ErrnoException {
        int held = mountRoot.hold();
        try {
            Libc.check(Libc.fchdir(held), "fchdir", mountRoot);
            mount("none", HERE, mountRoot, null, flags, null);
        } finally {
            mountRoot.release();
        }
    }

    /**
     * Makes the mount whose root is open the root of this namespace and lets go of all that was there: the old root ends
     * up on top of the new one and is unmounted from there (pivot_root(2), "pivot_root(".", ".")").
     */
    static void pivot(Descriptor mountRoot) throws ErrnoException {
        int held = mountRoot.hold();
        try {
            Libc.check(Libc.fchdir(held), "fchdir", mountRoot);
            long here = Scratch.own().path(HERE);
            Libc.check(Libc.syscall(Abi.SYS_PIVOT_ROOT, here, here, 0, 0, 0), "pivot_root", mountRoot);
            detach(HERE);
        } finally {
            mountRoot.release();
        }
    }

    /**
     * Mounts on a directory that is open, by way of the working directory of the thread, so no path to it is resolved.
     *
     * @return the root of the new mount, open
     */
    static Descriptor mountOn(Descriptor directory, String source, String type, long flags, @Nullable String data)
            throws IOException {
        int held = directory.hold();
        try {
            String path = Procfs.path(held);
            FileStatus covered = directory.status();
            Libc.check(Libc.fchdir(held), "fchdir", directory);
            mount(source, HERE, directory, type, flags, data);
            try {
                return top(held, directory, path.substring(path.lastIndexOf('/') + 1), covered);
            } catch (IOException | RuntimeException e) {
                // of that very directory, the one on top
                detach(HERE);
                throw e;
            }
        } finally {
            directory.release();
        }
    }

    /** What was just mounted on a directory: what is open does not show it, only its name above does. */
    private static Descriptor top(int directory, Descriptor what, String name, FileStatus covered) throws IOException {
        try (Descriptor above = Descriptor.open(directory, "..", Abi.O_PATH | Abi.O_DIRECTORY)) {
            int flags = Abi.O_PATH | Abi.O_NOFOLLOW | Abi.O_DIRECTORY | Abi.O_CLOEXEC;
            int fd = Libc.openat(above.hold(), Scratch.own().path(name), flags, 0);
            above.release();
            Descriptor top = new Descriptor(Libc.check(fd, "openat", what), what.toString(), what.place());
            boolean found = false;
            try {
                FileStatus status = top.status();
                found = status.mountRoot() && status.mountId() != covered.mountId();
            } finally {
                if (!found) {
                    top.close();
                }
            }
            if (!found) {
                throw new IOException("what was mounted on " + what + " is not seen there: it was moved meanwhile");
            }
            return top;
        }
    }

    static void mount(String source, String target, @Nullable String type, long flags, @Nullable String data)
            throws ErrnoException {
        mount(source, target, target, type, flags, data);
    }

    private static void mount(
            String source, String target, Object what, @Nullable String type, long flags, @Nullable String data)
            throws ErrnoException {
        byte[] none = new byte[1];
        int result = Libc.mount(
                Libc.string(source),
                Libc.string(target),
                type == null ? none : Libc.string(type),
                flags,
                data == null ? none : Libc.string(data));
        Libc.check(result, "mount", what);
    }
}
