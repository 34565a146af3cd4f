package dev.watchdog.testing;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs programs for tests: argument arrays only, never a shell, always with a deadline. */
public final class Programs {
    private static final File NOTHING = new File("/dev/null");
    private static final Duration DEADLINE = Duration.ofMinutes(5);

    private Programs() {}

    /** What a finished program left. */
    public record Ran(List<String> command, int exit, String out, String err) {
        /** This, or an error that shows everything the program said. */
        public Ran orFail() {
            if (exit != 0) {
                throw new AssertionError(command + " ended with " + exit + "\n" + out + err);
            }
            return this;
        }

        /** Standard output without the white space around it. */
        public String text() {
            return out.strip();
        }
    }

    /** Runs to the end, whatever the exit code. */
    public static Ran run(String... command) {
        return run(List.of(command), NOTHING, Map.of());
    }

    /** Runs to the end with standard input from a file and these added to the environment. */
    public static Ran run(List<String> command, File input, Map<String, String> environment) {
        Path out = scratch();
        Path err = scratch();
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectInput(input)
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(command + " was not done after " + DEADLINE + "\n" + text(out) + text(err));
            }
            return new Ran(command, process.exitValue(), text(out), text(err));
        } catch (IOException e) {
            throw new AssertionError("cannot run " + command, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while " + command + " ran", e);
        } finally {
            delete(out);
            delete(err);
        }
    }

    /** Whether a program of this name is in one of the usual places. */
    public static boolean present(String name) {
        return Stream.of("/usr/sbin", "/usr/bin", "/sbin", "/bin")
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, name)));
    }

    private static Path scratch() {
        try {
            return Files.createTempFile("wd-ran-", "");
        } catch (IOException e) {
            throw new AssertionError("no scratch file", e);
        }
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new AssertionError("cannot delete " + file, e);
        }
    }
}
