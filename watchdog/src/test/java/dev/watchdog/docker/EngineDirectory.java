package dev.watchdog.docker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Directories of private engines. Their names say which JVM they belong to, so that a later one can clear up after it. */
final class EngineDirectory {
    private static final String PREFIX = "wd-dockerd-";
    private static final AtomicInteger COUNT = new AtomicInteger();

    private EngineDirectory() {}

    static Path fresh() {
        try {
            Path directory = Path.of("/tmp", PREFIX + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet());
            Files.createDirectory(directory);
            Files.createDirectories(directory.resolve("data"));
            Files.createDirectories(directory.resolve("exec"));
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Clears up after test JVMs that were killed. */
    static void sweep() {
        try (Stream<Path> all = Files.list(Path.of("/tmp"))) {
            all.filter(path -> path.getFileName().toString().matches(PREFIX + "[0-9]+-[0-9]+"))
                    .filter(path -> ProcessHandle.of(owner(path)).isEmpty())
                    .forEach(path -> new Remains(path).clear());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The end of what containerd and dockerd have logged. */
    static String logs(Path directory) {
        StringBuilder all = new StringBuilder();
        for (String name : List.of("containerd", "dockerd")) {
            try {
                List<String> lines = Files.readAllLines(directory.resolve(name + ".log"), StandardCharsets.ISO_8859_1);
                all.append(name).append(":\n");
                lines.subList(Math.max(0, lines.size() - 40), lines.size())
                        .forEach(line -> all.append(line).append('\n'));
            } catch (IOException e) {
                all.append(name).append(": no log\n");
            }
        }
        return all.toString();
    }

    private static long owner(Path path) {
        return Long.parseLong(path.getFileName().toString().split("-", -1)[2]);
    }
}
