package dev.watchdog.healing;

import dev.watchdog.linux.HostClock;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;

/**
 * What a domain is given to work with.
 *
 * @param settings its own configuration record, as {@link Domain#defaults()} declares
 * @param sections the configuration of the outside world
 * @param state what of its own outlives the agent
 */
public record DomainContext(
        Vertx vertx,
        HostClock clock,
        Bus bus,
        MeterRegistry meters,
        Record settings,
        Sections sections,
        DomainState state) {
    /** Of a domain that keeps nothing. */
    public DomainContext(
            Vertx vertx, HostClock clock, Bus bus, MeterRegistry meters, Record settings, Sections sections) {
        this(vertx, clock, bus, meters, settings, sections, DomainState.NONE);
    }

    /**
     * The configuration of a part of the outside world.
     *
     * @throws IllegalArgumentException if there is no such section
     */
    public <T extends Record> T section(Class<T> type) {
        return sections.get(type);
    }
}
