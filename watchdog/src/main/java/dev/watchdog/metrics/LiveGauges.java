package dev.watchdog.metrics;

import dev.watchdog.healing.Domain;
import dev.watchdog.healing.DomainRuntime;
import dev.watchdog.healing.FaultKind;
import dev.watchdog.healing.HealerState;
import dev.watchdog.healing.LiveState;
import dev.watchdog.healing.Mode;
import dev.watchdog.healing.Nature;
import dev.watchdog.healing.Policy;
import dev.watchdog.healing.SubjectTable;
import dev.watchdog.healing.WatchedSubject;
import dev.watchdog.journal.Journal;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/** What is so right now. {@link #look()} before each scrape, one thread at a time; the gauges show what it saw. */
final class LiveGauges {
    /** Sensors are few and named by the agent; should that ever change, the rest become one series. */
    static final int MOST_SENSORS = 50;

    private static final List<String> STATES = List.of("healthy", "faulty", "left-alone", "unknown");
    private static final String OTHER = "other";

    private final LiveState live;
    private final Supplier<List<DomainRuntime>> runtimes;
    private final Set<String> subjectKinds = new TreeSet<>();
    private final MultiGauge sensors;
    private final MultiGauge modes;
    private final Policy policy;
    private volatile Map<String, Integer> open = Map.of();
    private volatile Map<List<String>, Integer> subjects = Map.of();

    LiveGauges(
            MeterRegistry registry,
            Journal journal,
            LiveState live,
            Policy policy,
            List<Domain> domains,
            Supplier<List<DomainRuntime>> runtimes) {
        this.live = live;
        this.runtimes = runtimes;
        this.policy = policy;
        domains.forEach(domain -> {
            domain.faultKinds().stream().map(FaultKind::subjectKind).forEach(subjectKinds::add);
            domain.tables().stream().map(SubjectTable::subjectKind).forEach(subjectKinds::add);
        });
        for (FaultKind kind : policy.faultKinds().values()) {
            if (kind.nature() == Nature.WISH) {
                continue;
            }
            Gauge.builder("watchdog.fault.open", () -> open.getOrDefault(kind.name(), 0))
                    .tags("kind", kind.name(), "severity", kind.severity().word())
                    .register(registry);
        }
        modes = MultiGauge.builder("watchdog.mode.info").register(registry);
        for (String kind : subjectKinds) {
            for (String state : STATES) {
                Gauge.builder("watchdog.subjects", () -> subjects.getOrDefault(List.of(kind, state), 0))
                        .tags("kind", kind, "state", state)
                        .register(registry);
            }
        }
        Gauge.builder("watchdog.paused", () -> live.healer().core().pause() == null ? 0 : 1)
                .register(registry);
        Gauge.builder("watchdog.journal.last.id", journal::last).register(registry);
        Gauge.builder("watchdog.journal.writable", () -> journal.writable() ? 1 : 0)
                .register(registry);
        sensors = MultiGauge.builder("watchdog.sensor.blind").register(registry);
    }

    /** Looks at everything once. */
    void look() {
        HealerState state = live.healer();
        Map<String, Integer> faults = new HashMap<>();
        state.faults().forEach(fault -> faults.merge(fault.kind(), 1, Integer::sum));
        open = faults;
        Map<List<String>, Integer> counts = new HashMap<>();
        for (DomainRuntime runtime : runtimes.get()) {
            for (WatchedSubject subject : runtime.inventory()) {
                String word = STATES.contains(subject.state()) ? subject.state() : "unknown";
                counts.merge(List.of(subject.subject().kind(), word), 1, Integer::sum);
            }
        }
        subjects = counts;
        sensors.register(blind(new TreeSet<>(state.blind().keySet())), true);
        modes.register(modes(state.modes(policy)), true);
    }

    private static List<MultiGauge.Row<?>> modes(Map<String, Mode> modes) {
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        modes.forEach((kind, mode) -> rows.add(MultiGauge.Row.of(Tags.of("kind", kind, "mode", mode.word()), 1)));
        return rows;
    }

    private static List<MultiGauge.Row<?>> blind(Set<String> names) {
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        names.stream().limit(MOST_SENSORS).forEach(name -> rows.add(MultiGauge.Row.of(Tags.of("sensor", name), 1)));
        if (names.size() > MOST_SENSORS) {
            rows.add(MultiGauge.Row.of(Tags.of("sensor", OTHER), names.size() - MOST_SENSORS));
        }
        return rows;
    }
}
