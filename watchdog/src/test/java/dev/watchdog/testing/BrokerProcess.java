package dev.watchdog.testing;

import dev.watchdog.testing.KafkaNode.Door;
import dev.watchdog.testing.KafkaNode.Place;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A real broker in a JVM of its own, which can be killed, stopped where it stands, and started again on the same port
 * with the same data. It never outlives the thread that started it.
 */
public final class BrokerProcess implements AutoCloseable {
    private static final Duration READY = Duration.ofMinutes(3);

    private final KafkaNode node;
    private final Path directory;
    private final Path configuration;
    private final KafkaTopics topics;
    private Process process;

    /** Starts it in the background. */
    BrokerProcess(Path directory, KafkaNode node) throws IOException {
        this.node = node;
        this.directory = directory;
        node.format();
        configuration = directory.resolve("server.properties");
        try (Writer writer = Files.newBufferedWriter(configuration)) {
            node.properties().store(writer, null);
        }
        topics = new KafkaTopics(Map.of("bootstrap.servers", node.bootstrapServers()));
        process = launch();
    }

    /** Starts one with its data below a directory and waits until it answers. */
    public static BrokerProcess start(Path directory, Map<String, String> properties) {
        return start(directory, new KafkaNode(directory, properties, Place.alone(), Door.NONE));
    }

    /** The same, and clients that come by the link are held to it; others are not. */
    public static BrokerProcess startBehind(BrokerLink link, Path directory, Map<String, String> properties) {
        KafkaNode node =
                new KafkaNode(directory, properties, Place.alone(), new Door("LINK", "PLAINTEXT", link.port()));
        link.leadTo(node.doorPort());
        return start(directory, node);
    }

    private static BrokerProcess start(Path directory, KafkaNode node) {
        try {
            BrokerProcess broker = new BrokerProcess(directory, node);
            broker.awaitAnswer();
            return broker;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start a broker in " + directory, e);
        }
    }

    /** Waits until it answers; if it does not, it ends. */
    void awaitAnswer() {
        try {
            topics.awaitAnswer(READY);
        } catch (AssertionError e) {
            close();
            throw e;
        }
    }

    private Process launch() throws IOException {
        return new ProcessBuilder(
                        "setpriv",
                        "--pdeathsig=KILL",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        jars(),
                        "kafka.Kafka",
                        configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("broker.log").toFile()))
                .start();
    }

    /**
     * The jars of this JVM but its logging, which would otherwise write every line of Kafka's at level debug, and but
     * the agent, which has a class of Kafka's of its own.
     */
    private static String jars() {
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Arrays.stream(all.split(File.pathSeparator))
                .filter(entry ->
                        entry.endsWith(".jar") && !entry.contains("logback") && !entry.endsWith("watchdog.jar"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    public String bootstrapServers() {
        return node.bootstrapServers();
    }

    /** What is in its topics. */
    public KafkaTopics topics() {
        return topics;
    }

    /** Ends it at once, as SIGKILL does. */
    public void kill() {
        ended(process.destroyForcibly());
    }

    /** Ends it well, as SIGTERM does. */
    public void stop() {
        process.destroy();
        ended(process);
    }

    /** Stops it where it stands; connections stay open and nobody answers. */
    public void freeze() {
        signal("-STOP");
    }

    /** Lets it go on. */
    public void thaw() {
        signal("-CONT");
    }

    /** Waits until it ends by itself; false if it does not within this time. */
    public boolean endsWithin(Duration patience) {
        try {
            return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while a broker ended", e);
        }
    }

    /** Starts it again with what it has on disk, and waits until it answers. */
    public void restart() {
        restartWithoutWaiting();
        topics.awaitAnswer(READY);
    }

    /** Starts it again with what it has on disk. */
    public void restartWithoutWaiting() {
        if (process.isAlive()) {
            throw new IllegalStateException("the broker still runs");
        }
        try {
            process = launch();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void signal(String signal) {
        Programs.run("kill", signal, Long.toString(process.pid())).orFail();
    }

    private static void ended(Process process) {
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while a broker ended", e);
        }
    }

    @Override
    public void close() {
        topics.close();
        kill();
    }
}
