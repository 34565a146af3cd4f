package dev.watchdog.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A lock on a directory of root's (flock(2)), which the kernel lets go of when the process dies: whatever path, mount
 * namespace or container it is come by, there is one lock for the directory. It keeps the directory's mount in use.
 */
public final class DirectoryLock implements AutoCloseable {
    private static final int MOST_LOCKS = 100_000;

    private final Descriptor directory;
    private final FileStatus status;

    private DirectoryLock(Descriptor directory, FileStatus status) {
        this.directory = directory;
        this.status = status;
    }

    /**
     * Takes it, if nobody has it.
     *
     * @return null when somebody has it
     * @throws IOException if it is not there, not root's, or on a file system without locks
     */
    public static @Nullable DirectoryLock take(RootView files, String path) throws IOException {
        Descriptor directory = open(files, path);
        DirectoryLock taken = null;
        try {
            long result = Libc.syscall(Abi.SYS_FLOCK, directory.hold(), Abi.LOCK_EX_NB, 0, 0, 0);
            int errno = result < 0 ? Libc.errno() : 0;
            directory.release();
            if (errno == Errno.EAGAIN) {
                return null;
            }
            if (errno != 0) {
                throw new ErrnoException("flock", path, errno);
            }
            taken = new DirectoryLock(directory, directory.status());
            return taken;
        } finally {
            if (taken == null) {
                directory.close();
            }
        }
    }

    private static Descriptor open(RootView files, String path) throws IOException {
        try (Descriptor found = files.followOwned(path)) {
            if (found == null) {
                throw new ErrnoException("open", path, Errno.ENOENT);
            }
            String own = "/proc/self/fd/" + found.hold();
            try {
                return Descriptor.open(Abi.AT_FDCWD, own, Abi.O_DIRECTORY);
            } finally {
                found.release();
            }
        }
    }

    /** Whether it is the lock of this directory. */
    public boolean isOf(FileStatus other) {
        return status.sameFile(other);
    }

    /** The number of the process that has the lock of a directory, by the kernel's list; 0 when it does not tell. */
    public static int holder(FileStatus directory) {
        Pattern mine = Pattern.compile("\\d+: FLOCK .* (\\d+) [0-9a-f]+:[0-9a-f]+:" + directory.inode() + " .*");
        try (Stream<String> locks = Files.lines(Path.of("/proc/locks"))) {
            return locks.limit(MOST_LOCKS)
                    .map(mine::matcher)
                    .filter(Matcher::matches)
                    .mapToInt(found -> Integer.parseInt(found.group(1)))
                    .findFirst()
                    .orElse(0);
        } catch (IOException | RuntimeException e) {
            return 0;
        }
    }

    @Override
    public void close() {
        directory.close();
    }
}
