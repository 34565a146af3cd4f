package dev.watchdog.linux;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Opens what is proved to be a regular file first. To open a FIFO waits for somebody at its other end, and to open a device
 * may set it going; who can put a file in a place can put those there, too. Symlinks are followed, those of procfs as well.
 * May block on a dead file system.
 */
public final class RegularFile {
    private RegularFile() {}

    /** For reading at any place; fails with an IOException for what is no regular file. */
    public static FileChannel channel(Path path) throws IOException {
        try (Descriptor place = place(path)) {
            FileChannel channel = FileChannel.open(own(place), StandardOpenOption.READ);
            place.release();
            return channel;
        }
    }

    /** As {@link #channel(Path)}, on the terms of {@link RootView#openOwned}; null if there is nothing. */
    public static @Nullable FileChannel owned(RootView files, String path) throws IOException {
        try (Descriptor place = files.openOwned(path)) {
            if (place == null) {
                return null;
            }
            if (!place.status().isRegularFile()) {
                throw new IOException(OneLine.of(path) + " is not a regular file");
            }
            FileChannel channel = FileChannel.open(own(place), StandardOpenOption.READ);
            place.release();
            return channel;
        }
    }

    /** The whole of it, UTF-8 or not; fails as well when it is longer than so many bytes. */
    static String text(Path path, int limit) throws IOException {
        try (Descriptor place = place(path);
                Descriptor file = Descriptor.open(Abi.AT_FDCWD, own(place).toString(), 0)) {
            place.release();
            byte[] bytes = ByteReader.all(file, limit);
            return PathBytes.decode(bytes, 0, bytes.length);
        }
    }

    /** Found, and not opened: what it is does not change any more. */
    private static Descriptor place(Path path) throws IOException {
        Descriptor place = Descriptor.open(Abi.AT_FDCWD, path.toString(), Abi.O_PATH);
        boolean regular = false;
        try {
            regular = place.status().isRegularFile();
        } finally {
            if (!regular) {
                place.close();
            }
        }
        if (!regular) {
            throw new IOException(OneLine.of(path.toString()) + " is not a regular file");
        }
        return place;
    }

    private static Path own(Descriptor place) {
        return Path.of("/proc/self/fd/" + place.hold());
    }
}
