package dev.watchdog.cli;

import dev.watchdog.linux.OwnedPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A directory that goes with everything in it. */
record TemporaryDirectory(Path path) implements AutoCloseable {
    static TemporaryDirectory make(String prefix) throws IOException {
        return new TemporaryDirectory(OwnedPath.makeTemporary(prefix));
    }

    @Override
    public void close() throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(path)) {
            all = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : all) {
            Files.deleteIfExists(each);
        }
    }
}
