package dev.watchdog.guests;

import dev.watchdog.guests.policy.GuestFinding;
import dev.watchdog.guests.policy.HostFinding;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the last look said, in bytes. Guests are told apart by their UUIDs alone: their names are not trusted, and would
 * make a new series each time one is renamed. Taken on the watch's thread, read by any.
 */
final class GuestMeters {
    private static final Map<String, ToDoubleFunction<GuestFinding>> SIZES = Map.of(
            "need", GuestFinding::need,
            "has", GuestFinding::actual,
            "floor", GuestFinding::floor,
            "ceiling", GuestFinding::ceiling,
            "lacking", GuestFinding::lacking);

    private final MultiGauge memory;
    private volatile @Nullable Round last;
    private Set<UUID> known = Set.of();

    GuestMeters(MeterRegistry registry) {
        memory = MultiGauge.builder("watchdog.guest.memory")
                .baseUnit("bytes")
                .description("what a guest needs, has, keeps at least, may have at most, and lacks")
                .register(registry);
        host(registry, "budget", HostFinding::budget);
        host(registry, "granted", HostFinding::granted);
        host(registry, "needed", HostFinding::needed);
        host(registry, "missing", HostFinding::missing);
    }

    private void host(MeterRegistry registry, String of, ToDoubleFunction<HostFinding> size) {
        Gauge.builder("watchdog.guests.memory", () -> {
                    Round round = last;
                    return round == null
                            ? Double.NaN
                            : size.applyAsDouble(round.verdict().host());
                })
                .tag("of", of)
                .baseUnit("bytes")
                .description("what all guests together may have, were promised, need, and cannot be given")
                .register(registry);
    }

    void take(Round round) {
        last = round;
        if (!known.equals(round.findings().keySet())) {
            known = round.findings().keySet();
            List<MultiGauge.Row<?>> rows = new ArrayList<>();
            known.forEach(guest -> SIZES.forEach((of, size) -> rows.add(
                    MultiGauge.Row.of(Tags.of("guest", guest.toString(), "of", of), () -> value(guest, size)))));
            memory.register(rows, true);
        }
    }

    private double value(UUID guest, ToDoubleFunction<GuestFinding> size) {
        Round round = last;
        GuestFinding found = round == null ? null : round.findings().get(guest);
        double bytes = found == null ? Double.NaN : size.applyAsDouble(found);
        return bytes < 0 ? Double.NaN : bytes;
    }
}
