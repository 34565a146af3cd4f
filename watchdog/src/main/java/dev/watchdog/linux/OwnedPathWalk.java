package dev.watchdog.linux;

import dev.watchdog.linux.OwnedPath.Flaw;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One look at every step of one path, for {@link OwnedPath}. */
final class OwnedPathWalk {
    /** MAXSYMLINKS of include/linux/namei.h. */
    private static final int MAX_LINKS = 40;
    /** Types in st_mode, inode(7). */
    private static final int TYPE = 0170000;

    private static final int DIRECTORY = 0040000;
    private static final int SYMLINK = 0120000;
    private static final int STICKY = 01000;
    private static final int OTHERS_WRITE = 022;
    private static final int PERMISSIONS = 07777;

    private final Path path;
    private final boolean content;
    private final Set<Integer> trusted;
    private final Deque<Path> ahead = new ArrayDeque<>();
    private Status here;
    private int links;

    /** What lstat tells of one step. */
    private record Status(Path path, int mode, int owner, long device, long inode) {
        static Status of(Path path, LinkOption... options) throws IOException {
            Map<String, Object> read = Files.readAttributes(path, "unix:mode,uid,dev,ino", options);
            return new Status(
                    path,
                    (int) Objects.requireNonNull(read.get("mode")),
                    (int) Objects.requireNonNull(read.get("uid")),
                    (long) Objects.requireNonNull(read.get("dev")),
                    (long) Objects.requireNonNull(read.get("ino")));
        }

        boolean is(int type) {
            return (mode & TYPE) == type;
        }

        boolean othersWrite() {
            return (mode & OTHERS_WRITE) != 0;
        }

        boolean sticky() {
            return (mode & STICKY) != 0;
        }
    }

    /**
     * @param path absolute
     * @param content whether it also counts who can write to what the path leads to
     * @param trusted numbers of the users who may own what is on the way
     */
    OwnedPathWalk(Path path, boolean content, Set<Integer> trusted) throws IOException {
        this.path = path;
        this.content = content;
        this.trusted = trusted;
        path.forEach(ahead::addLast);
        here = Status.of(path.getRoot());
    }

    /** The first step that somebody else can change; null if there is none. Call it once. */
    @Nullable Flaw flaw() throws IOException {
        Flaw flaw = ofDirectory(here, here);
        while (flaw == null && !ahead.isEmpty()) {
            try {
                flaw = step(ahead.removeFirst());
            } catch (NoSuchFileException e) {
                return Files.exists(path) ? elsewhere() : null;
            }
        }
        if (flaw == null && content && here.othersWrite()) {
            return open(here);
        }
        return flaw == null && !isWhereItLeads(here) ? elsewhere() : flaw;
    }

    private @Nullable Flaw step(Path name) throws IOException {
        if (name.toString().equals(".") || name.toString().isEmpty()) {
            return null;
        }
        if (name.toString().equals("..")) {
            Path parent = here.path.getParent();
            here = parent == null ? here : Status.of(parent);
            return null;
        }
        Status holder = here;
        Status next = Status.of(holder.path.resolve(name), LinkOption.NOFOLLOW_LINKS);
        if (next.is(SYMLINK)) {
            return holder.othersWrite() ? inOpenDirectory(next, "a symlink") : follow(next);
        }
        here = next;
        return next.is(DIRECTORY) ? ofDirectory(next, holder) : ofFile(next, holder);
    }

    private @Nullable Flaw follow(Status link) throws IOException {
        Path target = Files.readSymbolicLink(link.path);
        for (int i = target.getNameCount() - 1; i >= 0; i--) {
            ahead.addFirst(target.getName(i));
        }
        if (target.isAbsolute()) {
            here = Status.of(target.getRoot());
        }
        return ++links > MAX_LINKS ? new Flaw(path, "leads through too many symlinks", "remove some") : null;
    }

    private @Nullable Flaw ofDirectory(Status directory, Status holder) {
        if (!trusted.contains(directory.owner)) {
            return foreign(directory);
        }
        if (directory.othersWrite() && !directory.sticky()) {
            return open(directory);
        }
        boolean mounted = holder.othersWrite() && holder.device != directory.device;
        return mounted ? inOpenDirectory(directory, "a mount") : null;
    }

    private @Nullable Flaw ofFile(Status file, Status holder) {
        if (holder.othersWrite()) {
            return inOpenDirectory(file, "a file");
        }
        return content && !trusted.contains(file.owner) ? foreign(file) : null;
    }

    private static Flaw foreign(Status step) {
        return new Flaw(
                step.path,
                "belongs to user " + Integer.toUnsignedString(step.owner),
                "chown root it, or choose a path that only root can change");
    }

    private static Flaw open(Status step) {
        String mode = String.format("%04o", step.mode & PERMISSIONS);
        return new Flaw(step.path, "can be written by others (mode " + mode + ")", "chmod go-w it");
    }

    private static Flaw inOpenDirectory(Status step, String what) {
        return new Flaw(
                step.path,
                "is " + what + " in a directory where others can write",
                "put it into one that only root can change");
    }

    private Flaw elsewhere() {
        return new Flaw(path, "does not lead where its names say, or changed just now", "name the file itself");
    }

    /** Magic links of procfs lead elsewhere than what they read as. */
    private boolean isWhereItLeads(Status found) throws IOException {
        try {
            Status real = Status.of(path);
            return real.device == found.device && real.inode == found.inode;
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
