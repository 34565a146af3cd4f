package dev.watchdog.linux;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Steps of one name below an open directory, so that nobody can swap the way there in between. May block on a dead file system. */
public final class Directories {
    private Directories() {}

    /**
     * Makes a directory; false when something of that name is there already. The mode is subject to the umask.
     *
     * @param leaf one name, not a path
     */
    public static boolean make(Descriptor parent, String leaf, int mode) throws ErrnoException {
        int held = parent.hold();
        try {
            if (Libc.mkdirat(held, Scratch.own().path(name(leaf)), mode) == 0) {
                return true;
            }
            if (Libc.errno() == Errno.EEXIST) {
                return false;
            }
            throw new ErrnoException("mkdirat", parent + "/" + leaf, Libc.errno());
        } finally {
            parent.release();
        }
    }

    /** An O_PATH descriptor of the directory of that name, the top mount if it is one; null if there is none or it is something else. */
    public static @Nullable Descriptor open(Descriptor parent, String leaf) throws ErrnoException {
        int held = parent.hold();
        try {
            int flags = Abi.O_PATH | Abi.O_NOFOLLOW | Abi.O_DIRECTORY | Abi.O_CLOEXEC;
            int fd = Libc.openat(held, Scratch.own().path(name(leaf)), flags, 0);
            if (fd >= 0) {
                Place place = parent.place();
                return new Descriptor(fd, parent + "/" + leaf, place == null ? null : place.child(leaf));
            }
            int errno = Libc.errno();
            if (errno == Errno.ENOENT || errno == Errno.ENOTDIR) {
                return null;
            }
            throw new ErrnoException("openat", parent + "/" + leaf, errno);
        } finally {
            parent.release();
        }
    }

    /** The names in a directory, in no order; what is beyond {@code most} of them is left out. */
    public static List<String> names(Descriptor directory, int most) throws IOException {
        List<String> names = new ArrayList<>();
        int held = directory.hold();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc/self/fd/" + held))) {
            for (Path entry : entries) {
                if (names.size() == most) {
                    break;
                }
                names.add(entry.getFileName().toString());
            }
            return names;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        } finally {
            directory.release();
        }
    }

    /** Not public: removing a directory takes down every mount on it in other namespaces (Linux 3.18 and newer). */
    static void remove(Descriptor parent, String leaf) throws ErrnoException {
        int held = parent.hold();
        try {
            int result = Libc.unlinkat(held, Scratch.own().path(name(leaf)), Abi.AT_REMOVEDIR);
            Libc.check(result, "unlinkat", parent + "/" + leaf);
        } finally {
            parent.release();
        }
    }

    private static String name(String leaf) {
        if (leaf.isEmpty() || leaf.equals(".") || leaf.equals("..") || leaf.indexOf('/') >= 0) {
            throw new IllegalArgumentException("not the name of a directory entry: " + OneLine.of(leaf));
        }
        return leaf;
    }
}
