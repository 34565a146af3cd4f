package dev.watchdog.linux;

import org.jspecify.annotations.Nullable;

/**
 * The mount system calls, acting in the mount namespace the calling thread is in (see {@link Visit}). Clone and attach
 * need 5.2, changing attributes 5.12; all need CAP_SYS_ADMIN over the namespace.
 */
final class Mounts {
    private Mounts() {}

    /** A private copy of the mount at a path here, without the mounts below it, attached nowhere: gone when closed. */
    static Descriptor clone(String path) throws ErrnoException {
        long flags = Abi.OPEN_TREE_CLONE | Abi.O_CLOEXEC;
        long fd = Libc.syscall(Abi.SYS_OPEN_TREE, Abi.AT_FDCWD, Scratch.own().path(path), flags, 0, 0);
        return new Descriptor(Libc.check(fd, "open_tree", path), "clone of " + path);
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
            detach(".");
        } finally {
            mountRoot.release();
        }
    }

    static void detach(String path) throws ErrnoException {
        int result = Libc.umount2(Scratch.own().path(path), Abi.MNT_DETACH | Abi.UMOUNT_NOFOLLOW);
        Libc.check(result, "umount2", path);
    }

    /** Makes one mount read-only or writable; the file system under it stays as it is. */
    static void setReadOnly(Descriptor tree, boolean readOnly) throws ErrnoException {
        Scratch scratch = Scratch.own();
        scratch.record
                .putLong(0, readOnly ? Abi.MOUNT_ATTR_RDONLY : 0)
                .putLong(8, readOnly ? 0 : Abi.MOUNT_ATTR_RDONLY)
                .putLong(16, 0)
                .putLong(24, 0);
        int held = tree.hold();
        try {
            long result = Libc.syscall(
                    Abi.SYS_MOUNT_SETATTR,
                    held,
                    scratch.path(""),
                    Abi.AT_EMPTY_PATH,
                    scratch.recordAddress,
                    Abi.MOUNT_ATTR_SIZE);
            Libc.check(result, "mount_setattr", tree);
        } finally {
            tree.release();
        }
    }

    static void mount(String source, String target, @Nullable String type, long flags, @Nullable String data)
            throws ErrnoException {
        byte[] none = new byte[1];
        int result = Libc.mount(
                Libc.string(source),
                Libc.string(target),
                type == null ? none : Libc.string(type),
                flags,
                data == null ? none : Libc.string(data));
        Libc.check(result, "mount", target);
    }
}
