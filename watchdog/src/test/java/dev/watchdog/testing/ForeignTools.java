package dev.watchdog.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Programs in other languages, below {@code src/test/foreign}: what others would read and write the contract with. The npm
 * packages are those of the lock file there, installed without running any script of theirs, once for each lock file.
 */
public final class ForeignTools {
    /** Debian's, whose packages the needs name; another one may come first in the path. */
    private static final String PYTHON = "/usr/bin/python3";

    private static final File NOTHING = new File("/dev/null");
    private static final Path SOURCES = Path.of("src/test/foreign");
    private static final List<String> LOCKED = List.of("package.json", "package-lock.json");

    private ForeignTools() {}

    /** Runs a script of Python's, whatever its exit code. */
    public static Programs.Ran python(String script, String... arguments) {
        return run(List.of(PYTHON, "-W", "ignore", SOURCES.resolve(script).toString()), arguments);
    }

    /** Runs a script of Node's, with the packages, whatever its exit code. */
    public static Programs.Ran node(String script, String... arguments) {
        try {
            Path directory = installed();
            Path copy =
                    Files.copy(SOURCES.resolve(script), directory.resolve(script), StandardCopyOption.REPLACE_EXISTING);
            return run(List.of("node", copy.toString()), arguments);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Programs.Ran run(List<String> program, String... arguments) {
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of(arguments));
        return Programs.run(command, NOTHING, Map.of());
    }

    private static synchronized Path installed() throws IOException {
        ContentKey key = new ContentKey();
        for (String file : LOCKED) {
            key.file(SOURCES.resolve(file));
        }
        Path directory =
                Files.createDirectories(Path.of("target/foreign", key.hex())).toAbsolutePath();
        Path whole = directory.resolve("whole");
        if (!Files.exists(whole)) {
            for (String file : LOCKED) {
                Files.copy(SOURCES.resolve(file), directory.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
            npm(directory);
            Files.createFile(whole);
        }
        return directory;
    }

    private static void npm(Path directory) {
        Programs.Ran ran = run(
                List.of("npm", "ci", "--prefix", directory.toString()),
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--prefer-offline",
                "--fetch-retries=1",
                "--loglevel=error");
        if (ran.exit() == 0) {
            return;
        }
        String why = "the packages of " + SOURCES + " cannot be installed: is the npm registry reached? ("
                + Stream.of(ran.err().split("\n", -1))
                        .filter(line -> line.contains(" code ") || line.contains("reason:"))
                        .limit(2)
                        .map(String::strip)
                        .reduce((one, other) -> one + "; " + other)
                        .orElse("npm ended with " + ran.exit())
                + ")";
        if ("all".equals(System.getProperty("watchdog.require"))) {
            throw new AssertionError(why);
        }
        System.err.println("skipped: " + why);
        Assumptions.abort(why);
    }
}
