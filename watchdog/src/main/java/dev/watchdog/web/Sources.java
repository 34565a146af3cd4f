package dev.watchdog.web;

import dev.watchdog.healing.Bus;
import dev.watchdog.healing.Domain;
import dev.watchdog.healing.DomainRuntime;
import dev.watchdog.healing.KnownNames;
import dev.watchdog.healing.LiveState;
import dev.watchdog.healing.Policy;
import dev.watchdog.journal.Journal;
import dev.watchdog.linux.HostClock;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the doors show. All of it may be used from any thread.
 *
 * @param domains those that take part
 * @param runtimes those of them that are set up now; quick
 * @param metrics the Prometheus text; called on an event loop, from memory
 * @param registry where the doors put meters of their own
 * @param kafka gives null where no broker is configured
 */
public record Sources(
        About about,
        Journal journal,
        LiveState live,
        Bus bus,
        Policy policy,
        HostClock clock,
        List<Domain> domains,
        Supplier<List<DomainRuntime>> runtimes,
        Health health,
        Supplier<String> metrics,
        MeterRegistry registry,
        Supplier<@Nullable Relay> kafka) {
    public Sources {
        domains = List.copyOf(domains);
    }

    /** What the subjects of events are called; fresh, it knows nothing yet. */
    KnownNames names() {
        return new KnownNames(about.hostName(), live, runtimes, clock);
    }
}
