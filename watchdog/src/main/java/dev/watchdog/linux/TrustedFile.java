package dev.watchdog.linux;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;

/**
 * A file that only root, or the user that this process runs as, can have written: it belongs to one of them, nobody else
 * may write to it, and the same is so of every directory and every symlink on the way there, through symlinks, too. So
 * what was checked cannot be swapped before it is read. A directory on the way that others may write to is good enough if
 * it is sticky, for what is in it and belongs to root cannot be taken away, or if its file system is read-only. Any
 * thread; blocks as long as the file system does.
 */
public final class TrustedFile {
    private static final int OTHERS_WRITE = 022;
    private static final int STICKY = 01000;
    private static final int TYPE = 0170000;
    private static final int REGULAR = 0100000;
    private static final int DIRECTORY = 0040000;
    private static final int SYMLINK = 0120000;
    private static final int ROOT = 0;

    /** MAXSYMLINKS of include/linux/namei.h. */
    private static final int MAX_LINKS = 40;

    /** f_flags of struct statfs on 64-bit machines, and ST_RDONLY in it: statfs(2). */
    private static final int STATFS_FLAGS = 80;

    private static final long READ_ONLY = 1;

    private final int wanted;
    private final int self;
    private final Deque<String> ahead = new ArrayDeque<>();
    private Path here = Path.of("/");
    private int links;

    private TrustedFile(int wanted) throws IOException {
        this.wanted = wanted;
        self = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }

    /**
     * Where the file really is.
     *
     * @throws NoSuchFileException if there is none
     * @throws IOException in one line if it is no file, or others could have written it
     */
    public static Path find(Path file) throws IOException {
        return new TrustedFile(REGULAR).walk(file.toAbsolutePath());
    }

    /** The same for a directory: nobody else can have put anything there. */
    public static Path findDirectory(Path directory) throws IOException {
        return new TrustedFile(DIRECTORY).walk(directory.toAbsolutePath());
    }

    /**
     * Reads it whole.
     *
     * @param most it may have so many bytes
     * @throws IOException in one line without anything of what is in it
     */
    public static byte[] read(Path file, int most) throws IOException {
        try (InputStream in = Files.newInputStream(find(file), LinkOption.NOFOLLOW_LINKS)) {
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw new IOException(file + " is larger than " + most + " bytes");
            }
            return bytes;
        }
    }

    private Path walk(Path file) throws IOException {
        goOnWith(file);
        guard(here, attributes(here));
        while (!ahead.isEmpty()) {
            String name = ahead.removeFirst();
            if (name.equals(".")) {
                continue;
            }
            if (name.equals("..")) {
                here = here.getParent() == null ? here : Objects.requireNonNull(here.getParent());
                continue;
            }
            step(here.resolve(name));
        }
        return here;
    }

    private void step(Path next) throws IOException {
        Map<String, Object> attributes = attributes(next);
        int type = mode(attributes) & TYPE;
        if (type == SYMLINK) {
            owned(next, attributes);
            if (++links > MAX_LINKS) {
                throw new FileSystemException(next.toString(), null, "too many symlinks");
            }
            Path target = Files.readSymbolicLink(next);
            here = target.isAbsolute() ? Path.of("/") : here;
            goOnWith(target);
            return;
        }
        int expected = ahead.isEmpty() ? wanted : DIRECTORY;
        if (type != expected) {
            throw new IOException(next + " is not a " + (expected == DIRECTORY ? "directory" : "file"));
        }
        guard(next, attributes);
        here = next;
    }

    private void goOnWith(Path names) {
        for (int i = names.getNameCount() - 1; i >= 0; i--) {
            ahead.addFirst(names.getName(i).toString());
        }
    }

    private void guard(Path path, Map<String, Object> attributes) throws IOException {
        int mode = mode(attributes);
        boolean onTheWay = (mode & TYPE) == DIRECTORY && !ahead.isEmpty();
        if ((mode & OTHERS_WRITE) != 0 && !(onTheWay && ((mode & STICKY) != 0 || isReadOnly(path)))) {
            throw new IOException(path + " can be written by others: chmod go-w it");
        }
        owned(path, attributes);
    }

    private void owned(Path path, Map<String, Object> attributes) throws IOException {
        int owner = (int) Objects.requireNonNull(attributes.get("uid"));
        if (owner != ROOT && owner != self) {
            throw new IOException(path + " belongs to user " + owner + ": chown it to root");
        }
    }

    private static boolean isReadOnly(Path directory) throws IOException {
        Scratch scratch = Scratch.own();
        int flags = Abi.O_DIRECTORY | Abi.O_CLOEXEC;
        int fd = Libc.check(
                Libc.openat(Abi.AT_FDCWD, scratch.path(directory.toString()), flags, 0), "openat", directory);
        try {
            Libc.check(Libc.fstatfs(fd, scratch.recordAddress), "fstatfs", directory);
            return (scratch.record.getLong(STATFS_FLAGS) & READ_ONLY) != 0;
        } finally {
            int ignored = Libc.close(fd);
        }
    }

    private static Map<String, Object> attributes(Path path) throws IOException {
        return Files.readAttributes(path, "unix:mode,uid", LinkOption.NOFOLLOW_LINKS);
    }

    private static int mode(Map<String, Object> attributes) {
        return (int) Objects.requireNonNull(attributes.get("mode"));
    }
}
