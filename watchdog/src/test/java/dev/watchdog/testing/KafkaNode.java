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
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * One node of a cluster: its data, its ports, its properties; by itself a broker that is its own controller. The ports lie
 * below those that the kernel gives to clients, so that nobody takes them while the node is down. All of Kafka's insides
 * that tests use are here.
 */
final class KafkaNode {
    private static final int FIRST_PORT = 20_000;
    private static final int PORTS = 10_000;
    private static final SplittableRandom RANDOM = new SplittableRandom();

    private final Path data;
    private final int port = freePort();
    private final Place place;
    private final Door door;
    private final int doorPort;
    private final Map<String, String> further;

    /** What a node is among others; the controller is always number 1. */
    record Place(String roles, int id, String clusterId, int controllerPort) {
        static Place alone() {
            return new Place("broker,controller", 1, Uuid.randomUuid().toString(), freePort());
        }

        static Place controller() {
            return new Place("controller", 1, Uuid.randomUuid().toString(), freePort());
        }

        /** A broker under this controller. */
        Place broker(int id) {
            return new Place("broker", id, clusterId, controllerPort);
        }
    }

    /**
     * One more listener.
     *
     * @param protocol empty: there is none
     * @param advertised the port that clients are sent to; 0 is its own
     */
    record Door(String name, String protocol, int advertised) {
        static final Door NONE = new Door("", "", 0);
        static final Door ASKING = new Door("LOGIN", "SASL_PLAINTEXT", 0);

        boolean isThere() {
            return !protocol.isEmpty();
        }
    }

    /** Makes a new one with its data below a directory; {@code further} properties win over the usual ones. */
    KafkaNode(Path directory, Map<String, String> further, Place place, Door door) {
        this.place = place;
        this.door = door;
        this.doorPort = door.isThere() ? freePort() : 0;
        String usual = directory.resolve("kafka-" + port).toString();
        this.data = Path.of(further.getOrDefault("log.dirs", usual));
        this.further = Map.copyOf(further);
    }

    String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** Where its second listener really is. */
    int doorPort() {
        return doorPort;
    }

    Properties properties() {
        Properties all = new Properties();
        all.putAll(Map.ofEntries(
                Map.entry("process.roles", place.roles()),
                Map.entry("node.id", Integer.toString(place.id())),
                Map.entry("controller.quorum.voters", "1@127.0.0.1:" + place.controllerPort()),
                Map.entry("controller.listener.names", "CONTROLLER"),
                Map.entry("inter.broker.listener.name", "BROKER"),
                Map.entry("listener.security.protocol.map", "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT"),
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
        if (place.roles().contains("broker")) {
            add(all, "listeners", "BROKER://127.0.0.1:" + port);
            add(all, "advertised.listeners", "BROKER://127.0.0.1:" + port);
        }
        if (place.roles().contains("controller")) {
            add(all, "listeners", "CONTROLLER://127.0.0.1:" + place.controllerPort());
        }
        if (door.isThere()) {
            int advertised = door.advertised() == 0 ? doorPort : door.advertised();
            add(all, "listeners", door.name() + "://127.0.0.1:" + doorPort);
            add(all, "advertised.listeners", door.name() + "://127.0.0.1:" + advertised);
            add(all, "listener.security.protocol.map", door.name() + ":" + door.protocol());
        }
        all.putAll(further);
        return all;
    }

    private static void add(Properties all, String list, String entry) {
        all.merge(list, entry, (before, more) -> before + "," + more);
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
                    .setNodeId(place.id())
                    .setClusterId(place.clusterId())
                    .addDirectory(data.toString())
                    .setControllerListenerName("CONTROLLER")
                    .setMetadataLogDirectory(data.toString())
                    .run();
        } catch (Exception e) {
            throw new AssertionError("cannot format " + data, e);
        }
    }

    /** Formats it and starts it in this JVM. */
    KafkaRaftServer startHere() {
        format();
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties(), false), Time.SYSTEM);
        server.startup();
        return server;
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
