package dev.watchdog.testing;

import dev.watchdog.testing.KafkaNode.Door;
import dev.watchdog.testing.KafkaNode.Place;
import java.nio.file.Path;
import java.util.Map;
import kafka.server.KafkaRaftServer;

/**
 * A real broker in this JVM, with topics of one partition that nobody makes but those who ask. It takes about three
 * seconds to start: tests that can live with each other's topics share the one of {@link SharedBroker}.
 */
public final class Broker implements AutoCloseable {
    private final KafkaNode node;
    private final KafkaRaftServer server;
    private final KafkaTopics topics;

    private Broker(KafkaNode node) {
        this.node = node;
        this.server = node.startHere();
        this.topics = new KafkaTopics(Map.of("bootstrap.servers", node.bootstrapServers()));
    }

    /** Starts one with its data below a directory; {@code properties} win over the usual ones. */
    public static Broker start(Path directory, Map<String, String> properties) {
        return new Broker(new KafkaNode(directory, properties, Place.alone(), Door.NONE));
    }

    /** The same with a second listener that asks who is there; the properties say whom it knows. */
    public static Broker startAsking(Path directory, Map<String, String> properties) {
        return new Broker(new KafkaNode(directory, properties, Place.alone(), Door.ASKING));
    }

    /** Where it asks who is there. */
    public String loginServers() {
        return "127.0.0.1:" + node.doorPort();
    }

    public String bootstrapServers() {
        return node.bootstrapServers();
    }

    /** What is in its topics. */
    public KafkaTopics topics() {
        return topics;
    }

    @Override
    public void close() {
        topics.close();
        server.shutdown();
        server.awaitShutdown();
    }
}
