package dev.watchdog.kafka;

import dev.watchdog.events.Event;
import dev.watchdog.healing.Bus;
import dev.watchdog.healing.DomainRuntime;
import dev.watchdog.healing.LiveState;
import dev.watchdog.healing.Policy;
import dev.watchdog.healing.Unit;
import dev.watchdog.journal.Journal;
import dev.watchdog.linux.HostClock;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.function.Supplier;

/**
 * The room, as the agent puts it together: made only if there is a broker to talk to, for it brings Kafka's classes
 * with it. Safe to use from any thread.
 */
public final class KafkaDoor {
    private final KafkaFigures figures;
    private final Repeats repeats = new Repeats();
    private final List<Unit> units;

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
        figures = new KafkaFigures(agent.registry(), agent.journal());
        Snapshot snapshot =
                new Snapshot(host, agent.journal(), agent.live(), agent.policy(), agent.runtimes(), figures);
        Clients clients = new KafkaClients(
                new ClientProperties(settings, host.id(), System.getenv()), settings.bootstrapServers());
        Publisher.Parts out = new Publisher.Parts(
                settings, host, agent.journal(), agent.bus(), agent.clock(), snapshot, figures, repeats, clients);
        units = List.of(new Unit("kafka-out", () -> new PublisherVerticle(out), true, false));
    }

    /** The verticles to deploy. */
    public List<Unit> units() {
        return units;
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
