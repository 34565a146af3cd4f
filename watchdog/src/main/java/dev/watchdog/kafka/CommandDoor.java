package dev.watchdog.kafka;

import dev.watchdog.events.Event;
import dev.watchdog.events.Topic;
import dev.watchdog.healing.Bus;
import dev.watchdog.healing.LiveState;
import dev.watchdog.healing.Unit;
import dev.watchdog.healing.WatchedSubject;
import dev.watchdog.journal.Journal;
import dev.watchdog.linux.HostClock;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door for commands from Kafka, made once for an agent; its verticle may be deployed again and again.
 *
 * @param host this host's id, which keys of records name
 * @param labels of this host, by which commands may select it
 * @param inventory what is watched now; must be quick, asked on an event loop
 * @param keys who may command
 * @param again sends an answer that was given before once more, as it was; must not block
 */
public record CommandDoor(
        KafkaSettings settings,
        String host,
        Map<String, String> labels,
        Journal journal,
        HostClock clock,
        Bus bus,
        LiveState live,
        Supplier<? extends Collection<WatchedSubject>> inventory,
        KeySource keys,
        MeterRegistry meters,
        Consumer<Event> again) {
    private static final Logger LOG = LoggerFactory.getLogger(CommandDoor.class);

    public CommandDoor {
        labels = Map.copyOf(labels);
    }

    /**
     * What is deployed.
     *
     * @param connection how brokers are reached, as properties of Kafka's clients; asked on a worker thread
     */
    public Unit unit(Vertx vertx, Callable<Map<String, Object>> connection) {
        String topic = Topic.COMMANDS.named(settings.topicPrefix());
        if (settings.commands().unsigned() == KafkaSettings.Unsigned.ALLOW) {
            LOG.warn("kafka.commands.unsigned is allow: whoever can write to {} commands this host, unsigned", topic);
        }
        return unit(() -> KafkaCommandSource.open(vertx, topic, connection));
    }

    Unit unit(Supplier<Future<CommandSource>> sources) {
        return new Unit("kafka-commands", () -> new CommandsVerticle(this, sources), false, false);
    }

    Intake intake(Bookmarks bookmarks, Context context) {
        return new Intake(
                new Judge(host, labels, settings.commands()),
                bookmarks,
                journal,
                clock,
                bus,
                new Subjects(live, inventory),
                new CommandMeters(meters),
                again,
                context);
    }
}
