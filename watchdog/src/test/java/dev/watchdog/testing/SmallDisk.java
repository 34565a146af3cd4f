package dev.watchdog.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A tmpfs of a few MiB that can be filled. It is mounted in a mount namespace that one process keeps, and everybody else
 * comes to it by that process's root in /proc: when the process goes, and it does not outlive the thread that made it,
 * so does the mount. Needs root.
 */
public final class SmallDisk implements AutoCloseable {
    private final Process keeper;
    private final Path root;

    private SmallDisk(Process keeper, Path root) {
        this.keeper = keeper;
        this.root = root;
    }

    /** Makes one of so many MiB; the directory itself stays empty. */
    public static SmallDisk mount(Path directory, int mebibytes) {
        try {
            Files.createDirectories(directory);
            Process keeper = new ProcessBuilder(
                            "setpriv",
                            "--pdeathsig=KILL",
                            "unshare",
                            "--mount",
                            "--propagation",
                            "private",
                            "sleep",
                            "infinity")
                    .start();
            Path process = Path.of("/proc/" + keeper.pid());
            SmallDisk disk = new SmallDisk(keeper, Path.of(process + "/root" + directory));
            try {
                // from then on it is in a namespace of its own
                await().until(() -> Files.readString(process.resolve("comm")).equals("sleep\n"));
                String pid = Long.toString(keeper.pid());
                String size = "size=" + mebibytes + "m";
                Programs.run("nsenter", "-t", pid, "-m", "mount", "-t", "tmpfs", "-o", size, "small", "" + directory)
                        .orFail();
                return disk;
            } catch (RuntimeException | Error e) {
                disk.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where it can be read and written. */
    public Path root() {
        return root;
    }

    /** Takes all the room that is left. */
    public void fill() {
        byte[] block = new byte[4096];
        try (OutputStream out = Files.newOutputStream(filler())) {
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            if (!String.valueOf(full.getMessage()).contains("No space left")) {
                throw new UncheckedIOException(full);
            }
        }
    }

    /** Gives back what {@link #fill} took. */
    public void free() {
        try {
            Files.delete(filler());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path filler() {
        return root.resolve("filler");
    }

    @Override
    public void close() {
        try {
            keeper.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while a disk went", e);
        }
    }
}
