package dev.watchdog.kafka;

import dev.watchdog.events.Topic;
import dev.watchdog.journal.Journal;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the room's verticles tell of themselves. Made once, so that it outlives each of them; written by their contexts,
 * read from any thread.
 */
final class KafkaFigures {
    private final Journal journal;
    private final Map<Topic, Counter> sent = new EnumMap<>(Topic.class);
    private final Counter refused;
    private volatile boolean connected;
    private volatile @Nullable String why = "no broker has answered yet";
    private volatile long cursor;
    private volatile long commandsLag;

    KafkaFigures(MeterRegistry registry, Journal journal) {
        this.journal = journal;
        for (Topic topic : Topic.values()) {
            if (topic != Topic.COMMANDS) {
                sent.put(topic, registry.counter("watchdog.kafka.sent", Tags.of("topic", topic.word())));
            }
        }
        refused = registry.counter("watchdog.kafka.refused");
        Gauge.builder("watchdog.kafka.connected", () -> connected ? 1 : 0).register(registry);
        Gauge.builder("watchdog.kafka.lag", this::lag).register(registry);
        Gauge.builder("watchdog.kafka.commands.lag", () -> commandsLag).register(registry);
    }

    /** The brokers have it. */
    void sent(Topic topic) {
        Counter counter = sent.get(topic);
        if (counter != null) {
            counter.increment();
        }
    }

    /** The brokers refused one for good. */
    void refused() {
        refused.increment();
    }

    /** @param reason why not; null means that the brokers take what is sent */
    void connected(@Nullable String reason) {
        why = reason;
        connected = reason == null;
    }

    /** All entries up to this one are delivered. */
    void cursor(long id) {
        cursor = id;
    }

    /** How many commands are still to be read. */
    void commandsLag(long records) {
        commandsLag = records;
    }

    long commandsLag() {
        return commandsLag;
    }

    KafkaReport report() {
        return new KafkaReport(connected, why, cursor, lag());
    }

    private long lag() {
        return Math.max(0, journal.last() - cursor);
    }
}
