package dev.watchdog.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Does what root with CAP_SYS_ADMIN can do inside a container, or inside any other mount namespace: a thread of this
 * process that lives there. What it mounts is of that namespace, and its paths are looked up there.
 */
public final class InsideContainer implements AutoCloseable {
    /** Ways to propagate that a mount may be given. */
    public enum Propagation {
        SHARED(Abi.MS_SHARED),
        SLAVE(Abi.MS_SLAVE),
        PRIVATE(Abi.MS_PRIVATE),
        UNBINDABLE(1 << 17);

        private final long flag;

        Propagation(long flag) {
            this.flag = flag;
        }
    }

    /** What a mount may be made, of all a container's root can set. */
    public static final MountAttributes CRIPPLED = new MountAttributes(
            Abi.MS_RDONLY | Abi.MS_NOSUID | Abi.MS_NODEV | Abi.MS_NOEXEC | Abi.MS_NOATIME | Abi.MS_NODIRATIME);

    /** The same but that it can be written. */
    public static final MountAttributes FLAGGED = new MountAttributes(Abi.MS_NOSUID | Abi.MS_NODEV | Abi.MS_RELATIME);

    /** What an engine may have mounted a root with. */
    public static final MountAttributes UNUSUAL = new MountAttributes(Abi.MS_NODEV | Abi.MS_NOATIME);

    private final PrivateThread thread = new PrivateThread("inside-container");
    private final Visit visit;
    private final Pidfd process;

    private InsideContainer(int pid) throws IOException {
        process = Pidfd.open(pid);
        visit = thread.call(Visit::new);
        // what the thread needs is loaded while it can be
        ErrnoException loaded = new ErrnoException("", InsideContainer.class, Errno.EINVAL);
        Objects.requireNonNull(loaded.getMessage());
        Objects.requireNonNull(Propagation.values());
        enter();
    }

    /** In the namespace of a process. */
    public static InsideContainer of(int pid) throws IOException {
        return new InsideContainer(pid);
    }

    /** Enters once more: "/" is then what is on top there. */
    public void enter() throws IOException {
        run(() -> visit.enter(process));
    }

    /** What is at "/" for who enters now. */
    public FileStatus root() throws IOException {
        return thread.call(() -> FileStatus.of("/"));
    }

    /** The mounts as this thread sees them. */
    public List<MountEntry> mounts() throws IOException {
        return thread.call(() -> {
            try (Descriptor own = Procfs.thread()) {
                return Procfs.mounts(own, MountFilter.every()).entries();
            }
        });
    }

    public long inode(String path) throws IOException {
        return thread.call(() -> FileStatus.of(path).inode());
    }

    public void makeDirectory(String path) throws IOException {
        run(() -> Files.createDirectories(Path.of(path)));
    }

    public void write(String path, String text) throws IOException {
        run(() -> Files.writeString(Path.of(path), text));
    }

    public String read(String path) throws IOException {
        return thread.call(() -> Files.readString(Path.of(path)));
    }

    /** Mounts an empty file system on a directory, which is made first. */
    public void tmpfs(String path) throws IOException {
        run(() -> {
            Files.createDirectories(Path.of(path));
            Mounts.mount("tmpfs", path, "tmpfs", 0, "size=64k");
        });
    }

    public void bind(String from, String to) throws IOException {
        run(() -> Mounts.mount(from, to, null, Abi.MS_BIND, null));
    }

    public void move(String from, String to) throws IOException {
        run(() -> Mounts.mount(from, to, null, 0x2000, null));
    }

    public void overlay(String at, String lower, String upper, String work) throws IOException {
        run(() -> {
            for (String each : List.of(lower, upper, work)) {
                Files.createDirectories(Path.of(each));
            }
            String options = "lowerdir=" + lower + ",upperdir=" + upper + ",workdir=" + work;
            Mounts.mount("overlay", at, "overlay", 0, options);
        });
    }

    /**
     * Mounts an overlay of its own over its "/" whose options tell the upper directory of somebody else, and enters it.
     *
     * @param upperText the path to be told
     * @param file that is in it, and nowhere else
     */
    public void forgeRoot(String upperText, String file) throws IOException {
        String top = "/" + Path.of(upperText).getName(0);
        tmpfs(top);
        makeDirectory(top + "/forged");
        write(top + "/forged/" + file, "forged");
        overlay("/", top + "/forged", upperText, Path.of(upperText).resolveSibling("forged-work") + "");
        enter();
    }

    public void propagate(String path, Propagation propagation) throws IOException {
        run(() -> Mounts.mount("none", path, null, propagation.flag, null));
    }

    public void attributes(String path, MountAttributes attributes) throws IOException {
        run(() -> Mounts.mount("none", path, null, Abi.MS_REMOUNT | Abi.MS_BIND | attributes.flags(), null));
    }

    /** Lazily, what is on top there. Of "/" it takes away what this thread lives on: enter again. */
    public void unmount(String path) throws IOException {
        run(() -> Mounts.detach(path));
    }

    /** pivot_root(2). */
    public void pivot(String root, String old) throws IOException {
        run(() -> {
            // each path needs memory of its own
            byte[] put = Libc.string(old);
            long room = com.sun.jna.Native.malloc(put.length);
            try {
                new com.sun.jna.Pointer(room).write(0, put, 0, put.length);
                long result = Libc.syscall(Abi.SYS_PIVOT_ROOT, Scratch.own().path(root), room, 0, 0, 0);
                Libc.check(result, "pivot_root", root);
            } finally {
                com.sun.jna.Native.free(room);
            }
        });
    }

    /** Some work there. */
    public interface Work {
        void run() throws IOException;
    }

    private void run(Work work) throws IOException {
        thread.<Integer>call(() -> {
            work.run();
            return 0;
        });
    }

    @Override
    public void close() throws IOException {
        run(() -> {
            visit.home();
            visit.close();
        });
        thread.close();
        process.close();
    }
}
