package dev.watchdog.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.SplittableRandom;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * One broker that is its own controller: its data, its ports, its properties. The ports lie below those that the kernel
 * gives to clients, so that nobody takes them while the broker is down. All of Kafka's insides that tests use are here
 * and in {@link Broker}.
 */
final class KafkaNode {
    private static final int FIRST_PORT = 20_000;
    private static final int PORTS = 10_000;
    private static final SplittableRandom RANDOM = new SplittableRandom();

    private final Path data;
    private final int port = freePort();
    private final int controllerPort = freePort();
    private final int loginPort;
    private final Map<String, String> further;

    /** Makes a new one with its data below a directory; {@code further} properties win over the usual ones. */
    KafkaNode(Path directory, Map<String, String> further) {
        this(directory, further, false);
    }

    /** @param asking true for one more listener, LOGIN, that asks who is there by SASL */
    KafkaNode(Path directory, Map<String, String> further, boolean asking) {
        this.loginPort = asking ? freePort() : 0;
        this.data = directory.resolve("kafka-" + port);
        this.further = Map.copyOf(further);
    }

    String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** The listener that asks who is there. */
    String loginServers() {
        return "127.0.0.1:" + loginPort;
    }

    Properties properties() {
        Properties all = new Properties();
        all.putAll(Map.ofEntries(
                Map.entry("process.roles", "broker,controller"),
                Map.entry("node.id", "1"),
                Map.entry("controller.quorum.voters", "1@127.0.0.1:" + controllerPort),
                Map.entry("controller.listener.names", "CONTROLLER"),
                Map.entry("inter.broker.listener.name", "BROKER"),
                Map.entry("listener.security.protocol.map", "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT"),
                Map.entry("listeners", "BROKER://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort),
                Map.entry("advertised.listeners", "BROKER://127.0.0.1:" + port),
                Map.entry("log.dirs", data.toString()),
                Map.entry("auto.create.topics.enable", "false"),
                Map.entry("num.partitions", "1"),
                Map.entry("offsets.topic.replication.factor", "1"),
                Map.entry("offsets.topic.num.partitions", "1"),
                Map.entry("transaction.state.log.replication.factor", "1"),
                Map.entry("transaction.state.log.min.isr", "1"),
                Map.entry("share.coordinator.state.topic.replication.factor", "1"),
                Map.entry("share.coordinator.state.topic.min.isr", "1"),
                Map.entry("group.initial.rebalance.delay.ms", "0"),
                Map.entry("log.segment.delete.delay.ms", "1000"),
                Map.entry("num.io.threads", "2"),
                Map.entry("num.network.threads", "1"),
                Map.entry("num.recovery.threads.per.data.dir", "1"),
                Map.entry("log.cleaner.dedupe.buffer.size", "2097152")));
        if (loginPort != 0) {
            all.merge("listeners", ",LOGIN://" + loginServers(), (before, more) -> "" + before + more);
            all.merge("advertised.listeners", ",LOGIN://" + loginServers(), (before, more) -> "" + before + more);
            all.merge("listener.security.protocol.map", ",LOGIN:SASL_PLAINTEXT", (before, more) -> "" + before + more);
        }
        all.putAll(further);
        return all;
    }

    /** What {@code kafka-storage format} does, if it was not done before. */
    void format() {
        if (Files.exists(data.resolve("meta.properties"))) {
            return;
        }
        try {
            Files.createDirectories(data);
            new Formatter()
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                    .setNodeId(1)
                    .setClusterId(Uuid.randomUuid().toString())
                    .addDirectory(data.toString())
                    .setControllerListenerName("CONTROLLER")
                    .setMetadataLogDirectory(data.toString())
                    .run();
        } catch (Exception e) {
            throw new AssertionError("cannot format " + data, e);
        }
    }

    private static synchronized int freePort() {
        for (int i = 0; i < 100; i++) {
            int port = FIRST_PORT + RANDOM.nextInt(PORTS);
            try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (IOException taken) {
                // the next one
            }
        }
        throw new AssertionError("no free port from " + FIRST_PORT + " on");
    }
}
