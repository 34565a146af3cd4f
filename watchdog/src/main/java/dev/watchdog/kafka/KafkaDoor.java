package dev.watchdog.kafka;

import dev.watchdog.events.Event;
import dev.watchdog.events.Topic;
import dev.watchdog.healing.Bus;
import dev.watchdog.healing.DomainRuntime;
import dev.watchdog.healing.KnownNames;
import dev.watchdog.healing.LiveState;
import dev.watchdog.healing.Policy;
import dev.watchdog.healing.Unit;
import dev.watchdog.journal.Journal;
import dev.watchdog.linux.HostClock;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The room, as the agent puts it together: made only if there is a broker to talk to, for it brings Kafka's classes
 * with it. Safe to use from any thread.
 */
public final class KafkaDoor {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaDoor.class);

    private final KafkaSettings settings;
    private final HostFacts host;
    private final Agent agent;
    private final Clients clients;
    private final KafkaFigures figures;
    private final Repeats repeats = new Repeats();
    private final List<Unit> readers;

    /**
     * What the agent lends it.
     *
     * @param runtimes the domains that are set up now; asked once a second, must be quick
     */
    public record Agent(
            Journal journal,
            Bus bus,
            LiveState live,
            Policy policy,
            HostClock clock,
            Supplier<List<DomainRuntime>> runtimes,
            MeterRegistry registry) {}

    /** Makes the room; nothing is connected before its units are deployed. */
    public KafkaDoor(KafkaSettings settings, HostFacts host, Agent agent) {
        this.settings = settings;
        this.host = host;
        this.agent = agent;
        figures = new KafkaFigures(agent.registry(), agent.journal());
        Snapshot snapshot =
                new Snapshot(host, agent.journal(), agent.live(), agent.policy(), agent.runtimes(), figures);
        clients = new KafkaClients(
                new ClientProperties(settings, host.id(), System.getenv()), settings.bootstrapServers());
        Publisher.Parts out = new Publisher.Parts(
                settings,
                host,
                agent.journal(),
                agent.bus(),
                agent.clock(),
                snapshot,
                new KnownNames(host.name(), agent.live(), agent.runtimes(), agent.clock()),
                figures,
                repeats,
                clients);
        readers = List.of(new Unit("kafka-out", () -> new PublisherVerticle(out), true, false));
    }

    /** The verticles that read the journal: they stop late, so that what the agent does last is told. */
    public List<Unit> readers() {
        return readers;
    }

    /**
     * The verticle that takes commands; it stops early. Nothing when none are to be taken.
     *
     * @param keys who may command
     */
    public Optional<Unit> commands(KeySource keys) {
        if (!settings.commands().enabled()) {
            return Optional.empty();
        }
        String topic = settings.name(Topic.COMMANDS);
        if (settings.commands().unsigned() == KafkaSettings.Unsigned.ALLOW) {
            LOG.warn("kafka.commands.unsigned is allow: whoever can write to {} commands this host, unsigned", topic);
        }
        CommandDoor door = new CommandDoor(
                settings,
                host,
                agent,
                keys,
                figures,
                this::again,
                vertx -> KafkaCommandSource.open(vertx, topic, clients),
                clients::why);
        return Optional.of(new Unit("kafka-commands", () -> new CommandsVerticle(door), false, false));
    }

    /** How it stands. */
    public KafkaReport report() {
        return figures.report();
    }

    /** Has an answer of the journal sent once more, under its own id, for somebody sent its command again. */
    void again(Event answer) {
        repeats.again(answer);
    }
}
