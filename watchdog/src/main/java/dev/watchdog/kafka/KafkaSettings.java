package dev.watchdog.kafka;

import dev.watchdog.events.ContentMode;
import dev.watchdog.events.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * How Kafka is reached and what is told there. Names no class of Kafka's, for it is read by agents without Kafka, too.
 *
 * @param bootstrapServers {@code host:port,host:port}; empty: no Kafka, and everything else works
 * @param topicPrefix before the name of each topic, such as {@code watchdog.} of {@code watchdog.faults}
 * @param mode how a CloudEvent is written into a record
 * @param createTopics whether topics that are missing are created; those that are there are never altered
 * @param heartbeatEvery how often the host's state is told although nothing changed, 1 s to 1 h
 * @param properties further properties of Kafka's clients, by their own names; never a secret
 * @param secrets properties whose values are read where they are needed: {@code file:/path} or {@code env:NAME}
 */
public record KafkaSettings(
        String bootstrapServers,
        String topicPrefix,
        ContentMode mode,
        boolean createTopics,
        Duration heartbeatEvery,
        Map<String, String> properties,
        Map<String, String> secrets,
        Commands commands) {
    /** What the names of this room's sensors begin with. */
    public static final String SENSORS = "kafka";

    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final Pattern SERVERS = Pattern.compile("([^\\s,;/]+:\\d{1,5}(\\s*,\\s*[^\\s,;/]+:\\d{1,5})*)?");

    /** A topic's name may be 249 long; the longest of ours without its prefix is dead-letters. */
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._-]{0,200}");

    private static final Pattern PROPERTY = Pattern.compile("[a-z0-9]+([._-][a-zA-Z0-9_-]+)*");
    private static final Pattern REFERENCE = Pattern.compile("file:/\\S+|env:[A-Za-z_][A-Za-z0-9_]*");

    /** What a value may not be shown of: sasl.jaas.config, ssl.key.password, ssl.keystore.key and their like. */
    private static final Pattern SECRET =
            Pattern.compile("password|passphrase|secret|jaas|(keystore|private)\\.key$", Pattern.CASE_INSENSITIVE);

    /** What order, durability and our own keys of the configuration rest on. */
    private static final Set<String> OURS = new TreeSet<>(Set.of(
            "acks",
            "auto.offset.reset",
            "bootstrap.servers",
            "delivery.timeout.ms",
            "enable.auto.commit",
            "enable.idempotence",
            "group.id",
            "key.deserializer",
            "key.serializer",
            "max.in.flight.requests.per.connection",
            "partitioner.class",
            "retries",
            "transactional.id",
            "value.deserializer",
            "value.serializer"));

    /** No Kafka. (Made after the patterns that it is held to.) */
    public static final KafkaSettings SHIPPED = new KafkaSettings(
            "",
            "watchdog.",
            ContentMode.STRUCTURED,
            true,
            Duration.ofSeconds(10),
            Map.of(),
            Map.of(),
            new Commands(
                    true,
                    Path.of("/etc/watchdog/keys.yaml"),
                    Unsigned.REFUSE,
                    Duration.ofDays(1),
                    Duration.ofSeconds(30)));

    /** What becomes of a command that nobody signed. */
    public enum Unsigned {
        REFUSE,
        ALLOW
    }

    /**
     * What is taken from the topic of commands.
     *
     * @param enabled false: the topic is not read
     * @param keyRing the file of those who may command
     * @param maxAge the longest time between a command's time and now, and between now and its expiry, 1 min to 30 days
     * @param clockSkew how far the sender's clock may be ahead of ours, 0 to 1 h
     */
    public record Commands(boolean enabled, Path keyRing, Unsigned unsigned, Duration maxAge, Duration clockSkew) {
        public Commands {
            require(keyRing.isAbsolute(), "must be an absolute path, such as /etc/watchdog/keys.yaml");
            require(within(maxAge, Duration.ofMinutes(1), Duration.ofDays(30)), "must be from 1m to 30d");
            require(within(clockSkew, Duration.ZERO, Duration.ofHours(1)), "must be from 0s to 1h");
        }
    }

    public KafkaSettings {
        properties = Map.copyOf(properties);
        secrets = Map.copyOf(secrets);
        require(SERVERS.matcher(bootstrapServers).matches(), "must be host:port, or several with commas between");
        require(
                PREFIX.matcher(topicPrefix).matches(),
                "must be up to 200 letters, digits, dots, underscores and hyphens");
        require(within(heartbeatEvery, Duration.ofSeconds(1), Duration.ofHours(1)), "must be from 1s to 1h");
        properties.keySet().forEach(name -> {
            known(name);
            require(
                    !SECRET.matcher(name).find(),
                    "must not hold a secret such as " + name + ": name its file in secrets");
        });
        secrets.forEach((name, reference) -> {
            known(name);
            require(REFERENCE.matcher(reference).matches(), name + " must be file:/path or env:NAME, never the secret");
        });
        for (String name : new TreeSet<>(secrets.keySet())) {
            require(!properties.containsKey(name), "must not name " + name + " in both properties and secrets");
        }
    }

    /** True when there is a broker to talk to. */
    public boolean enabled() {
        return !bootstrapServers.isEmpty();
    }

    /** How often it is looked at what is merely so, and never written: every 2 s, or as often as the host is told. */
    Duration lookEvery() {
        return heartbeatEvery.compareTo(LOOK) < 0 ? heartbeatEvery : LOOK;
    }

    /** The full name of a topic. */
    public String name(Topic topic) {
        return topic.named(topicPrefix);
    }

    private static void known(String name) {
        require(
                PROPERTY.matcher(name).matches(),
                "must be properties of Kafka's clients, such as security.protocol: SSL");
        require(!OURS.contains(name), "must not set " + name + ": it is not for you to choose");
    }

    private static boolean within(Duration value, Duration least, Duration most) {
        return value.compareTo(least) >= 0 && value.compareTo(most) <= 0;
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
