package dev.watchdog.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Something a repair cannot tell from a container, made in private namespaces without Docker or a shell, for the demo
 * and the tests. It has an overlay mounted at {@link #rootfs}; an {@link #init} process whose mount namespace has that
 * overlay as its root; and a {@link #runner} in another namespace, which sees the overlay at that path as a container
 * runtime does. Nothing of it is seen by the rest of the host but three idle processes and an empty directory, and the
 * processes die with the agent. Needs root. Safe from one thread at a time.
 */
public final class PretendContainer implements AutoCloseable {
    /** Whether there is a second runner, as Docker's daemon may live in another namespace than the shims. */
    public enum Second {
        NONE,
        /** In a namespace that shares nothing with the runner's. */
        PRIVATE,
        /** In a namespace that receives what is mounted and unmounted in the runner's (MountFlags=slave). */
        SLAVE
    }

    private static final String ID = "pretend";

    private final PrivateThread thread = new PrivateThread("pretend-container");
    private final List<PlainProcess> processes = new ArrayList<>();
    private final Path base;
    private final Path layers;

    private PretendContainer() throws IOException {
        base = OwnedPath.makeTemporary("watchdog-pretend-");
        layers = base.resolve(ID);
    }

    public static PretendContainer make(Second second) throws IOException {
        PretendContainer made = new PretendContainer();
        try {
            made.mountRoot();
            made.start();
            made.thread.unshare();
            made.start();
            if (second != Second.NONE) {
                made.startSecond(second);
            }
            made.pivot();
            return made;
        } catch (IOException | RuntimeException e) {
            made.close();
            throw e;
        }
    }

    /** The last part of the layer's directory, as a storage driver names it. */
    public String id() {
        return ID;
    }

    /** Where the runners expect the root, in their namespaces. */
    public String rootfs() {
        return layers.resolve("merged").toString();
    }

    /** The overlay's upper directory, as its mount tells it. */
    public String upperDir() {
        return layers.resolve("upper").toString();
    }

    public int init() {
        return processes.get(0).pid();
    }

    public int runner() {
        return processes.get(1).pid();
    }

    /** The second runner, or the first when there is none. */
    public int second() {
        return processes.get(processes.size() - 1).pid();
    }

    /** Unmounts the root in the runner's namespace, as the fault does; with its directory it vanishes everywhere. */
    public void loseMount(boolean alsoDirectory) throws IOException {
        if (alsoDirectory) {
            loseDirectory();
        } else {
            thread.call(() -> {
                Mounts.detach(rootfs());
                return ID;
            });
        }
    }

    /**
     * Removes the mount point from a namespace where nothing is mounted on it, which unmounts it in every other (Linux
     * 3.18): one step, so that no agent can mend the mount before the directory goes.
     */
    private void loseDirectory() throws IOException {
        try (Pidfd runner = Pidfd.open(runner())) {
            thread.unshare();
            thread.call(() -> {
                Visit visit = new Visit();
                try {
                    Mounts.detach(rootfs());
                    int result = Libc.unlinkat(Abi.AT_FDCWD, Scratch.own().path(rootfs()), Abi.AT_REMOVEDIR);
                    int ignored = Libc.check(result, "rmdir", rootfs());
                } finally {
                    visit.enter(runner);
                    visit.close();
                }
                return ID;
            });
        }
    }

    /** Mounts something else over the rootfs path in the runner's namespace. */
    public void cover() throws IOException {
        thread.call(() -> {
            Mounts.mount("cover", rootfs(), "tmpfs", 0, "mode=0755,size=64k");
            return ID;
        });
    }

    /** Writes a file in the container's root. */
    public void write(String name, String text) throws IOException {
        Files.writeString(inside(name), text);
    }

    /** Reads a file of the container's root. */
    public String read(String name) throws IOException {
        return Files.readString(inside(name));
    }

    private Path inside(String name) {
        return Path.of("/proc/" + init() + "/root").resolve(name);
    }

    /** The overlay, all of its parts on a tmpfs that only this namespace and its copies see. */
    private void mountRoot() throws IOException {
        thread.unshare();
        thread.call(() -> {
            Mounts.mount("watchdog-pretend", base.toString(), "tmpfs", 0, "mode=0700,size=16m");
            for (String part : List.of("lower/etc", "upper", "work", "merged")) {
                Files.createDirectories(layers.resolve(part));
            }
            Files.writeString(layers.resolve("lower/etc/passwd"), "root:x:0:0:root:/:/bin/false\n");
            String options = String.format(
                    "lowerdir=%s,upperdir=%s,workdir=%s",
                    layers.resolve("lower"), layers.resolve("upper"), layers.resolve("work"));
            Mounts.mount("overlay", rootfs(), "overlay", 0, options);
            return ID;
        });
    }

    private void start() throws IOException {
        processes.add(thread.call(PlainProcess::start));
    }

    private void startSecond(Second second) throws IOException {
        if (second == Second.SLAVE) {
            thread.call(() -> {
                Mounts.mount("none", base.toString(), null, Abi.MS_REC | Abi.MS_SHARED, null);
                return ID;
            });
        }
        thread.call(() -> {
            Libc.check(Libc.unshare(Abi.CLONE_NEWNS), "unshare", "CLONE_NEWNS");
            long propagation = second == Second.SLAVE ? Abi.MS_SLAVE : Abi.MS_PRIVATE;
            Mounts.mount("none", "/", null, Abi.MS_REC | propagation, null);
            return ID;
        });
        start();
    }

    /** Makes the overlay the root of init's namespace and drops the old root there, as container runtimes do. */
    private void pivot() throws IOException {
        try (Pidfd init = Pidfd.open(init());
                Pidfd runner = Pidfd.open(runner())) {
            thread.call(() -> {
                Visit visit = new Visit();
                try {
                    visit.enter(init);
                    try (Descriptor root = Descriptor.open(Abi.AT_FDCWD, rootfs(), Abi.O_PATH | Abi.O_DIRECTORY)) {
                        Mounts.pivot(root);
                    }
                    visit.enter(runner);
                } finally {
                    visit.close();
                }
                return ID;
            });
        }
    }

    /** Ends the processes, and with them the namespaces and all they mounted. */
    @Override
    public void close() throws IOException {
        thread.close();
        processes.forEach(PlainProcess::close);
        Files.deleteIfExists(base);
    }
}
