package dev.watchdog.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program of minutes: with a deadline, a log file, and a line of progress now and then on standard error. */
final class LongRun {
    private static final Duration TELL_EVERY = Duration.ofSeconds(15);

    private LongRun() {}

    /** Runs to a good end, or throws an error that shows the end of the log. The program ends with this call. */
    static void run(String what, Duration deadline, Path log, List<String> command) {
        System.err.println(what + ": begins, log " + log);
        long begun = System.nanoTime();
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            try {
                while (!process.waitFor(TELL_EVERY.toSeconds(), TimeUnit.SECONDS)) {
                    Duration passed = since(begun);
                    System.err.println(what + ": " + passed.toSeconds() + " s: " + lastLine(log));
                    if (passed.compareTo(deadline) > 0) {
                        throw new AssertionError(command + " was not done after " + deadline + "\n" + end(log));
                    }
                }
                if (process.exitValue() != 0) {
                    throw new AssertionError(command + " ended with " + process.exitValue() + "\n" + end(log));
                }
                System.err.println(what + ": done in " + since(begun).toSeconds() + " s");
            } finally {
                process.destroyForcibly().waitFor();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + command, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while " + command + " ran", e);
        }
    }

    private static Duration since(long begun) {
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private static String lastLine(Path log) throws IOException {
        String text = end(log).strip();
        return text.substring(text.lastIndexOf('\n') + 1);
    }

    private static String end(Path log) throws IOException {
        byte[] all = Files.readAllBytes(log);
        int from = Math.max(0, all.length - 4_000);
        return new String(all, from, all.length - from, StandardCharsets.UTF_8);
    }
}
