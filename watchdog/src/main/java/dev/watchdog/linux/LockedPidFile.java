package dev.watchdog.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * Which process a pid file belongs to, by the write lock that it holds on it (fcntl(2)) and not by the number in it. A
 * write lock takes a descriptor that may write, and none is given for a file that only root can write unless root gives
 * it: nobody can forge it, it ends with its process, and the kernel tells the holder by the number that it has in the
 * agent's own pid namespace, whoever wrote another one into the file.
 */
public final class LockedPidFile {
    private static final String SUFFIX = ".pid";

    /** NAME_MAX of limits.h. */
    private static final int NAME_MAX = 255;

    /** Of struct flock on 64-bit machines, include/uapi/asm-generic/fcntl.h. */
    private static final int START = 8;

    private static final int LENGTH = 16;
    private static final int HOLDER = 24;

    private LockedPidFile() {}

    /**
     * The process that has locked the first byte of {@code NAME.pid}. Blocks on the file system.
     *
     * @param name not trusted
     * @return none when there is no such file, nobody has locked it, or the holder is in no pid namespace that is seen
     *     from here
     * @throws IOException if it cannot be read, or others than root can change it or put another in its place
     */
    public static OptionalInt holder(Path directory, String name) throws IOException {
        if (!isName(name)) {
            throw new IOException("no file can have this name");
        }
        if (!Files.isDirectory(directory)) {
            return OptionalInt.empty();
        }
        OwnedPath.require(directory);
        try (Descriptor file =
                Descriptor.open(Abi.AT_FDCWD, directory + "/" + name + SUFFIX, Abi.O_NOFOLLOW | Abi.O_NONBLOCK)) {
            return holder(file);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOENT) {
                return OptionalInt.empty();
            }
            throw e;
        }
    }

    /** It stays in its directory: with the suffix "." and ".." are names like any other. */
    private static boolean isName(String name) {
        return !name.isEmpty()
                && name.length() <= NAME_MAX
                && name.indexOf('/') < 0
                && name.indexOf('\0') < 0
                && PathBytes.encode(name + SUFFIX).length <= NAME_MAX;
    }

    private static OptionalInt holder(Descriptor file) throws IOException {
        int held = file.hold();
        try {
            String objection = FileOwner.of(held, file).objection(null);
            if (objection == null && !file.status().isRegularFile()) {
                objection = "is not a regular file";
            }
            if (objection != null) {
                throw new UntrustedException(OneLine.of(file + " " + objection));
            }
            return writer(held, file);
        } finally {
            file.release();
        }
    }

    /** Of the first byte alone: anybody who may read the file can hold a read lock on another one. */
    private static OptionalInt writer(int fd, Descriptor file) throws ErrnoException {
        Scratch scratch = Scratch.own();
        ByteBuffer lock = scratch.record;
        lock.putLong(0, 0);
        lock.putShort(0, Abi.F_WRLCK);
        lock.putLong(START, 0);
        lock.putLong(LENGTH, 1);
        lock.putLong(HOLDER, 0);
        Libc.check(Libc.syscall(Abi.SYS_FCNTL, fd, Abi.F_GETLK, scratch.recordAddress, 0, 0), "fcntl F_GETLK", file);
        int pid = lock.getInt(HOLDER);
        return lock.getShort(0) == Abi.F_WRLCK && pid > 0 ? OptionalInt.of(pid) : OptionalInt.empty();
    }
}
