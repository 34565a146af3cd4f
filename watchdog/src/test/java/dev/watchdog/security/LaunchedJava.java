package dev.watchdog.security;

import dev.watchdog.testing.InstalledProgram;
import dev.watchdog.testing.Programs;
import dev.watchdog.testing.Programs.Ran;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** How {@code bin/watchdog} starts Java, told by something that stands for Java. */
final class LaunchedJava {
    private static final String MAIN = "dev.watchdog.cli.Watchdog";

    private final InstalledProgram program;
    private final Path home;

    /** @param home a directory to be made, to be taken for Java's */
    LaunchedJava(InstalledProgram program, Path home) throws IOException {
        this.program = program;
        this.home = Files.createDirectories(home);
        Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
        try (InputStream script = LaunchedJava.class.getResourceAsStream("java-that-tells")) {
            Files.copy(Objects.requireNonNull(script), java);
        }
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"17.0.99\"\n");
    }

    /** The options that Java is given, without the class path, the main class and its arguments. */
    List<String> options() {
        Ran ran = Programs.run(
                        List.of(program.command().toString(), "--version"),
                        new File("/dev/null"),
                        Map.of("JAVA_HOME", home.toString()))
                .orFail();
        List<String> words = ran.out().lines().toList();
        if (words.size() < 4 || !words.get(words.size() - 2).equals(MAIN)) {
            throw new AssertionError("not a start of Java: " + words);
        }
        return words.subList(0, words.size() - 4);
    }
}
