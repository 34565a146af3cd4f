package dev.watchdog.linux;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tells which step of a path somebody else can change: anybody but root and the user that this process runs as.
 *
 * <p>Every directory on the way is looked at from the root of the file system, symlinks are followed one by one, and a
 * step is believed only after the directory that holds it. So what passes stays as it was: there is nobody who could
 * change it between this look and its use, and it can be opened by its path. A named user in an ACL who may write shows
 * as the group's right to write (acl(5): the mask), so that right is never excused.
 *
 * <p>A directory with the sticky bit, such as {@code /tmp}, is passed only towards a directory of root's or this
 * user's, on the same file system: nobody else can rename or remove that. A file there may be a hard link that somebody
 * else made, a symlink is taken for another's, and a file system that a user mounted (FUSE) can claim any owner.
 *
 * <p>Needs no native code, for it guards where that is loaded from. Each call blocks on the file system; any thread.
 */
public final class OwnedPath {
    private static final int ROOT = 0;

    private OwnedPath() {}

    /**
     * A step of a path that somebody else can change.
     *
     * @param why what is wrong with it, as the rest of a sentence
     * @param remedy what to do about it
     */
    public record Flaw(Path step, String why, String remedy) {
        /** In one line. */
        public String message() {
            return OneLine.of(step + " " + why + ": " + remedy);
        }
    }

    /** Others than root and this process's user can change what is at a path; the message is one line. */
    public static final class UntrustedPathException extends IOException {
        private static final long serialVersionUID = 1;

        UntrustedPathException(String message) {
            super(message);
        }
    }

    /** Something else is where a directory is to be; the message is one line. */
    public static final class NoDirectoryException extends IOException {
        private static final long serialVersionUID = 1;

        NoDirectoryException(String message) {
            super(message);
        }
    }

    /**
     * Who else can change the content of a file or directory, or put another in its place.
     *
     * @return the first step that somebody else can change; empty if there is none, also when the end of the path is
     *     not there
     */
    public static Optional<Flaw> flaw(Path path) throws IOException {
        return flaw(path, true, trusted());
    }

    /**
     * Who else can put something else in its place, whoever may write to the thing itself: for sockets, whose mode says
     * who may connect and not who may change them.
     */
    public static Optional<Flaw> flawOfPlace(Path path) throws IOException {
        return flaw(path, false, trusted());
    }

    /** Throws what {@link #flaw} tells. */
    public static void require(Path path) throws IOException {
        refuse(flaw(path));
    }

    /** Throws what {@link #flawOfPlace} tells. */
    public static void requirePlace(Path path) throws IOException {
        refuse(flawOfPlace(path));
    }

    /**
     * Requires what {@link #require} does and, if there is a file, that it is a regular one, no symlink and without
     * another name: what was planted while its directory was open to others is not written over. None is fine.
     */
    public static void requireFile(Path file) throws IOException {
        require(file);
        try {
            Map<String, Object> now = Files.readAttributes(file, "unix:isRegularFile,nlink", LinkOption.NOFOLLOW_LINKS);
            if (!Boolean.TRUE.equals(now.get("isRegularFile"))
                    || !Integer.valueOf(1).equals(now.get("nlink"))) {
                throw new UntrustedPathException(
                        OneLine.of(file + " is not a plain file of its own, or has another name too: move it away"));
            }
        } catch (NoSuchFileException e) {
            // it will be made by whoever asks
        }
    }

    /**
     * Makes a directory and those above it that are missing, for this user alone (mode 0700), and requires that nobody
     * else can change it. What is there already is taken as it is. Nothing is made where others could have led the way.
     */
    public static void makeDirectory(Path directory) throws IOException {
        Path absolute = directory.toAbsolutePath();
        make(absolute);
        require(absolute);
    }

    /** That it is a symlink which leads to nothing, in one line: somebody meant something by it. Empty if it is not. */
    public static Optional<String> deadLink(Path path) throws IOException {
        return Files.isSymbolicLink(path) && Files.notExists(path)
                ? Optional.of(OneLine.of(path + " is a symlink to " + Files.readSymbolicLink(path)
                        + ", where nothing is: make that, or remove the link"))
                : Optional.empty();
    }

    private static void make(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path parent = directory.getParent();
        if (parent != null) {
            make(parent);
        }
        requirePlace(directory);
        try {
            Files.createDirectory(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory)) {
                throw new NoDirectoryException(deadLink(directory)
                        .orElseGet(() -> OneLine.of(directory + " is there and is not a directory: move it away")));
            }
        }
    }

    /**
     * Makes a directory under a name that nobody can foresee, for this user alone, in {@code $TMPDIR} or {@code /tmp}.
     * {@code java.io.tmpdir} is not asked: {@code bin/watchdog} sets it to where libraries can unpack nothing.
     */
    public static Path makeTemporary(String prefix) throws IOException {
        String chosen = System.getenv("TMPDIR");
        Path shared = Path.of(chosen == null || chosen.isEmpty() ? "/tmp" : chosen);
        Path made = Files.createTempDirectory(shared.toAbsolutePath(), prefix);
        try {
            require(made);
            return made;
        } catch (IOException e) {
            Files.delete(made);
            throw e;
        }
    }

    /** @param trusted numbers of the users who may own what is on the way */
    static Optional<Flaw> flaw(Path path, boolean content, Set<Integer> trusted) throws IOException {
        return Optional.ofNullable(new OwnedPathWalk(path.toAbsolutePath(), content, trusted).flaw());
    }

    private static void refuse(Optional<Flaw> flaw) throws UntrustedPathException {
        if (flaw.isPresent()) {
            throw new UntrustedPathException(flaw.get().message());
        }
    }

    /** The second number of "Uid:" in proc_pid_status(5) is whose rights this process has. */
    private static Set<Integer> trusted() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("Uid:")) {
                int own = Integer.parseUnsignedInt(line.split("\\s+", -1)[2]);
                return own == ROOT ? Set.of(ROOT) : Set.of(ROOT, own);
            }
        }
        return Set.of(ROOT);
    }
}
