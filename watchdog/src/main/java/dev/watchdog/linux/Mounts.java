package dev.watchdog.linux;

import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The mount system calls, acting in the mount namespace the calling thread is in (see {@link Visit}). Clone and attach
 * need 5.2, changing attributes of a tree that is attached nowhere 5.12; all need CAP_SYS_ADMIN over the namespace.
 */
final class Mounts {
    /** The thread's working directory: resolving it crosses nothing that somebody else could have changed. */
    private static final String HERE = ".";

    /** A mount's own flags but read-only, as mountinfo names them. */
    private static final Map<String, Long> KEPT = Map.of(
            "nosuid", Abi.MS_NOSUID,
            "nodev", Abi.MS_NODEV,
            "noexec", Abi.MS_NOEXEC,
            "nosymfollow", Abi.MS_NOSYMFOLLOW);

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
            detach(HERE);
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

    /**
     * {@link #setReadOnly} by mount(2), for a mount of this namespace. It sets all of a mount's flags, so those that it
     * has are given again; without any of the times' flags those stay as they are (do_reconfigure_mnt).
     */
    static void remount(Descriptor mountRoot, MountEntry mount, boolean readOnly) throws ErrnoException {
        long flags = Abi.MS_REMOUNT | Abi.MS_BIND | (readOnly ? Abi.MS_RDONLY : 0);
        for (String option : mount.options().split(",", -1)) {
            flags |= KEPT.getOrDefault(option, 0L);
        }
        int held = mountRoot.hold();
        try {
            Libc.check(Libc.fchdir(held), "fchdir", mountRoot);
            mount("none", HERE, mountRoot, null, flags, null);
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
