package dev.watchdog.healing;

import dev.watchdog.linux.HostClock;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.util.Map;

/**
 * What a domain is given to work with.
 *
 * @param settings its own configuration record, as {@link Domain#defaults()} declares
 * @param sections the configuration of the outside world, by the class of its record
 * @param state what of its own outlives the agent
 */
public record DomainContext(
        Vertx vertx,
        HostClock clock,
        Bus bus,
        MeterRegistry meters,
        Record settings,
        Map<Class<?>, Record> sections,
        DomainState state) {
    /** Of a domain that keeps nothing. */
    public DomainContext(
            Vertx vertx,
            HostClock clock,
            Bus bus,
            MeterRegistry meters,
            Record settings,
            Map<Class<?>, Record> sections) {
        this(vertx, clock, bus, meters, settings, sections, DomainState.NONE);
    }

    public DomainContext {
        sections = Map.copyOf(sections);
    }

    /**
     * The configuration of a part of the outside world.
     *
     * @throws IllegalArgumentException if there is no such section
     */
    public <T extends Record> T section(Class<T> type) {
        Record section = sections.get(type);
        if (section == null) {
            throw new IllegalArgumentException("there is no configuration section " + type.getSimpleName());
        }
        return type.cast(section);
    }
}
