package dev.watchdog.bench;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Mounts that have nothing to do with containers, in the namespace this runs in, which is the engine's as well: one
 * tmpfs and bind mounts of it. {@code bin/bench} gives the benchmark a mount namespace of its own, so that they go with
 * it even when it is killed.
 */
final class FurtherMounts implements AutoCloseable {
    private static final int MNT_DETACH = 2;
    private static final long MS_BIND = 4_096;

    static {
        Native.register(FurtherMounts.class, "c");
    }

    private final Path directory;
    private int count;

    FurtherMounts(Path directory, int wanted) throws IOException {
        this.directory = directory;
        int ignored = mount("bench", directory.toString(), "tmpfs", 0, "size=1m");
        Path source = Files.createDirectory(directory.resolve("source"));
        for (count = 0; count < wanted; count++) {
            Path at = Files.createDirectory(place(count));
            ignored = mount(source.toString(), at.toString(), "none", MS_BIND, "");
        }
    }

    private static native int mount(String source, String target, String type, long flags, String data)
            throws LastErrorException;

    private static native int umount2(String target, int flags) throws LastErrorException;

    int count() {
        return count;
    }

    private Path place(int number) {
        return directory.resolve("further-" + number);
    }

    @Override
    public void close() {
        while (count > 0) {
            int ignored = umount2(place(--count).toString(), MNT_DETACH);
        }
        int ignored = umount2(directory.toString(), MNT_DETACH);
    }
}
