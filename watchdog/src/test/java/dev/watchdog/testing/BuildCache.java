package dev.watchdog.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * What is slow to build and the same every time, kept outside the checkout: {@code -Dwatchdog.cache=DIRECTORY}, or
 * {@code $XDG_CACHE_HOME/watchdog}, or {@code ~/.cache/watchdog}. A thing is built beside its place and renamed into it
 * when whole, so a build that was killed is never believed; one lock for all, so builds never meet.
 */
public final class BuildCache {
    private static final Object ONE_OF_THIS_JVM = new Object();

    private final Path directory;

    BuildCache(Path directory) {
        this.directory = directory;
    }

    /** Makes a file or a directory of this path, which does not exist yet; its parent does. */
    public interface Build {
        void into(Path place) throws IOException;
    }

    /** The cache of this user, or the one that the build names. */
    public static BuildCache ofUser() {
        String named = System.getProperty("watchdog.cache", "");
        if (!named.isEmpty()) {
            return new BuildCache(Path.of(named));
        }
        String home = System.getenv("XDG_CACHE_HOME");
        return new BuildCache(
                (home == null || home.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(home))
                        .resolve("watchdog"));
    }

    /** A directory of the cache that is only ever added to. */
    Path shelf(String name) throws IOException {
        return Files.createDirectories(directory.resolve(name));
    }

    /** The finished thing, built first if there is none. The caller may read it and never writes to it. */
    public Path get(String shelf, String name, Build build) {
        try {
            Path place = shelf(shelf).resolve(name);
            if (Files.exists(place)) {
                // renamed into its place when whole: whatever else is being built now is not waited for
                return place;
            }
            synchronized (ONE_OF_THIS_JVM) {
                try (FileChannel file = FileChannel.open(
                                directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                        FileLock lock = lock(file)) {
                    if (lock.isValid() && !Files.exists(place)) {
                        Path partial = place.resolveSibling("." + name + ".partial");
                        Trees.delete(partial);
                        try {
                            build.into(partial);
                            Files.move(partial, place, StandardCopyOption.ATOMIC_MOVE);
                        } finally {
                            Trees.delete(partial);
                        }
                    }
                }
            }
            return place;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot build " + name + " in " + directory, e);
        }
    }

    private FileLock lock(FileChannel file) throws IOException {
        FileLock free = file.tryLock();
        if (free != null) {
            return free;
        }
        System.err.println("another build holds " + directory.resolve("lock") + ", waiting for it");
        return file.lock();
    }
}
