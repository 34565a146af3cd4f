package dev.watchdog.kafka;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The agent as users run it, in a process of its own with the heap and the options that it is shipped with. */
public final class PackagedAgent implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Process process;
    private final Path log;

    /**
     * Starts it; it is not ready yet.
     *
     * @param prefix what is run before the agent's own words, such as {@code prlimit}; may be empty
     * @param environment its configuration, as {@code WATCHDOG_*}
     */
    public PackagedAgent(Path directory, List<String> prefix, Map<String, String> environment) throws IOException {
        Files.createDirectories(directory);
        log = directory.resolve("agent.log");
        Path configuration = Files.writeString(directory.resolve("watchdog.yaml"), "");
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("watchdog.home"), "bin/watchdog").toString());
        command.addAll(List.of("run", "--config", configuration.toString()));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        process = builder.start();
    }

    /** Waits until it says that it is ready. */
    public PackagedAgent awaitReady() {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .failFast("the agent ended: see " + log, () -> !isAlive())
                .until(() -> log().contains("ready in "));
        return this;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** Waits until it ends by itself; its exit code. */
    public int awaitEnd() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("it does not end: " + log());
        }
        return process.exitValue();
    }

    /** All that it has logged. */
    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
