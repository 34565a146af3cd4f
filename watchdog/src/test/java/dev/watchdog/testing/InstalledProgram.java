package dev.watchdog.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;

/**
 * The program as {@code watchdog.home} was built, copied as a package installs it: {@code bin}, the jar, {@code lib}.
 *
 * @param directory where it is; belongs to whoever runs the test
 */
public record InstalledProgram(Path directory) {
    /** Makes a copy in a directory that is made when there is none. */
    public static InstalledProgram in(Path directory) throws IOException {
        Path home = Path.of(System.getProperty("watchdog.home", ""));
        copy(home.resolve("bin/watchdog"), Files.createDirectories(directory.resolve("bin")));
        copy(home.resolve("target/watchdog.jar"), directory);
        copyAll(home.resolve("target/lib"), directory.resolve("lib"));
        return new InstalledProgram(directory);
    }

    public Path command() {
        return directory.resolve("bin/watchdog");
    }

    public Path jar() {
        return directory.resolve("watchdog.jar");
    }

    private static void copyAll(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> entries = Files.list(from)) {
            for (Path each : entries.toList()) {
                if (Files.isDirectory(each)) {
                    copyAll(each, to.resolve(each.getFileName()));
                } else {
                    copy(each, to);
                }
            }
        }
    }

    private static void copy(Path file, Path into) throws IOException {
        Files.copy(file, into.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
    }
}
