package dev.watchdog.metrics;

import dev.watchdog.events.Event;
import dev.watchdog.healing.Domain;
import dev.watchdog.healing.DomainRuntime;
import dev.watchdog.healing.LiveState;
import dev.watchdog.healing.Policy;
import dev.watchdog.journal.Journal;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.function.Supplier;

/**
 * The figures of this process. Made once: its counters and its place in the journal outlive a redeployment of
 * {@link MetricsVerticle}. Counting starts with what is recorded after it was made.
 */
public final class AgentMetrics implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JournalMeters counters;
    private final LiveGauges gauges;
    private volatile long counted;

    /**
     * Makes all meters.
     *
     * @param domains those that take part
     * @param runtimes those of them that are set up now; asked at each scrape, must be quick
     */
    public AgentMetrics(
            Journal journal,
            LiveState live,
            Policy policy,
            List<Domain> domains,
            Supplier<List<DomainRuntime>> runtimes) {
        counters = new JournalMeters(registry, policy);
        gauges = new LiveGauges(registry, journal, live, policy, domains, runtimes);
        counted = journal.last();
        // none of these needs closing, as the garbage collection binder would
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    /** Where others may put meters of their own. */
    public MeterRegistry registry() {
        return registry;
    }

    /** All figures in Prometheus' text format 0.0.4. From memory; safe to call from any thread. */
    public synchronized String scrape() {
        gauges.look();
        return registry.scrape();
    }

    @Override
    public void close() {
        registry.close();
    }

    /** The id of the last entry that was counted. */
    long counted() {
        return counted;
    }

    /** Counts each entry once, in their order. */
    synchronized void count(List<Event> events) {
        for (Event event : events) {
            if (event.id() > counted) {
                counters.count(event);
                counted = event.id();
            }
        }
    }
}
