package dev.watchdog.kafka;

import dev.watchdog.events.Event;
import dev.watchdog.healing.Bus;
import dev.watchdog.healing.LiveState;
import dev.watchdog.healing.Unit;
import dev.watchdog.healing.WatchedSubject;
import dev.watchdog.journal.Journal;
import dev.watchdog.linux.HostClock;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import java.util.Collection;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door for commands from Kafka, made once for an agent; its verticle may be deployed again and again.
 *
 * @param inventory what is watched now; must be quick, asked on an event loop
 * @param keys who may command
 * @param again sends an answer that was given before once more, as it was; must not block
 */
public record CommandDoor(
        Judge judge,
        Journal journal,
        HostClock clock,
        Bus bus,
        LiveState live,
        Supplier<? extends Collection<WatchedSubject>> inventory,
        KeySource keys,
        MeterRegistry meters,
        Consumer<Event> again) {
    private static final Logger LOG = LoggerFactory.getLogger(CommandDoor.class);

    /** What is deployed. */
    Unit unit(Supplier<CommandSource> sources) {
        return new Unit("kafka-commands", () -> new CommandsVerticle(this, clock, bus, sources), false, false);
    }

    Intake intake(Bookmarks bookmarks, Context context) {
        return new Intake(
                judge,
                bookmarks,
                journal,
                clock,
                bus,
                new Subjects(live, inventory),
                new CommandMeters(meters),
                again,
                context);
    }

    /** Says at every start what should not be forgotten. */
    static void warn(KafkaSettings settings) {
        if (settings.commands().unsigned() == KafkaSettings.Unsigned.ALLOW) {
            LOG.warn(
                    "kafka.commands.unsigned is allow: whoever can write to {} commands this host, without a signature",
                    settings.topic("commands"));
        }
    }
}
