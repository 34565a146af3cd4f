package dev.watchdog.guests.simulation;

import dev.watchdog.guests.policy.Command;
import dev.watchdog.guests.policy.GuestFinding;
import dev.watchdog.guests.policy.GuestSample;
import dev.watchdog.guests.policy.GuestSetup;
import dev.watchdog.guests.policy.HostSample;
import dev.watchdog.guests.policy.HostSample.Heat;
import dev.watchdog.guests.policy.MemoryPolicy;
import dev.watchdog.guests.policy.PolicySettings;
import dev.watchdog.guests.policy.PolicyState;
import dev.watchdog.guests.policy.SharedLimit;
import dev.watchdog.guests.policy.Sight;
import dev.watchdog.guests.policy.Verdict;
import dev.watchdog.linux.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The agent's own policy behind the simulator's balloons; what guests report is as old as the lag. */
final class Ours implements Rule {
    private static final double MIB = 1 << 20;

    /** The wall clock at the trace's second 0; any will do. */
    private static final long EPOCH = 1_700_000_000;

    private final Setting setting;
    private final PolicySettings settings;
    private final Map<Machine, Deque<GuestSample>> reports = new HashMap<>();
    private final Map<Machine, GuestSetup.Kept> kept = new HashMap<>();
    private final Map<Machine, Double> rebooted = new HashMap<>();
    private PolicyState state = PolicyState.EMPTY;
    private List<GuestFinding> findings = List.of();
    private int violations;

    Ours(Setting setting) {
        this.setting = setting;
        this.settings = new PolicySettings(Math.round(setting.tick() * 1_000), 0);
    }

    /** What was concluded at the last tick. */
    List<GuestFinding> findings() {
        return findings;
    }

    /** Orders below the floor that the freshest numbers gave. */
    int violations() {
        return violations;
    }

    @Override
    public void tick(double time, List<Machine> machines, Orders orders) {
        List<GuestSample> samples = new ArrayList<>(machines.size());
        double resident = 0;
        Map<String, Machine> byName = new HashMap<>();
        for (Machine each : machines) {
            if (each.killed) {
                continue;
            }
            restart(each);
            resident += each.role.hugePages() ? 0 : each.resident;
            samples.add(sample(each, time));
            byName.put(each.series.name(), each);
        }
        Sight sight = new Sight(
                new Moment("simulated", Duration.ofMillis(Math.round(time * 1_000)), wall(time)),
                host(resident, machines, time),
                limits(machines, time),
                samples);
        Verdict verdict = MemoryPolicy.decide(state, sight, settings);
        state = verdict.state();
        findings = verdict.guests();
        Map<String, Long> floors = new HashMap<>();
        verdict.guests().forEach(each -> {
            floors.put(each.guest(), each.floor());
            Machine machine = byName.get(each.guest());
            if (machine != null) {
                kept.put(machine, each.kept());
            }
        });
        for (Command command : verdict.commands()) {
            Machine machine = byName.get(command.guest());
            if (machine != null) {
                state = state.ordered(command, sight.now().sinceBoot().toMillis());
                orders.set(machine, command.target() / MIB);
            }
            boolean shrink = command.kind() == Command.Kind.SHRINK;
            violations += shrink && command.target() < floors.getOrDefault(command.guest(), 0L) ? 1 : 0;
        }
    }

    /** Heat by what is available, as on a host whose own use is what a scenario leaves out. */
    private HostSample host(double resident, List<Machine> machines, double time) {
        double pool = machines.stream()
                .filter(each -> each.role.hugePages())
                .mapToDouble(each -> each.maximum)
                .sum();
        boolean pressed = setting.scenario().isPressed(time);
        return new HostSample(
                bytes(setting.host() + pool),
                bytes(Math.max(0, setting.host() - resident)),
                Heat.COOL,
                pressed ? new HostSample.Stall(Heat.HOT, "a control group") : HostSample.Stall.NONE,
                new HostSample.Apart(bytes(pool), 0));
    }

    private List<SharedLimit> limits(List<Machine> machines, double time) {
        List<SharedLimit> all = new ArrayList<>();
        for (String name : setting.scenario().limits().keySet()) {
            double size = setting.scenario().limit(name, time);
            long bytes = size == Double.MAX_VALUE ? Long.MAX_VALUE / 2 : bytes(size);
            all.add(new SharedLimit(name, bytes, bytes(OomKiller.used(name, machines)), Heat.COOL));
        }
        return all;
    }

    private void restart(Machine each) {
        if (each.rebootedAt >= 0 && !rebooted.getOrDefault(each, -1.0).equals(each.rebootedAt)) {
            rebooted.put(each, each.rebootedAt);
            state = state.restarted(each.series.name());
        }
    }

    private GuestSample sample(Machine each, double time) {
        Deque<GuestSample> waiting = reports.computeIfAbsent(each, key -> new ArrayDeque<>());
        double period = each.role.period();
        boolean due = period <= 0
                || waiting.isEmpty()
                || wall(time).getEpochSecond() - waiting.getLast().lastUpdate() >= period;
        if (waiting.isEmpty() || (due && each.hasDriver())) {
            waiting.addLast(report(each, each.hasDriver() ? wall(time).getEpochSecond() : 0));
        }
        while (waiting.size() > 1
                && waiting.element().lastUpdate() < wall(time - setting.lag()).getEpochSecond()
                && period <= 0) {
            waiting.removeFirst();
        }
        while (waiting.size() > 1 && period > 0) {
            waiting.removeFirst();
        }
        return now(each, waiting.element());
    }

    /** What QEMU tells at once, with what the guest last reported. */
    private GuestSample now(Machine each, GuestSample old) {
        double period = Math.max(each.role.period(), setting.lag());
        GuestSetup setup = new GuestSetup(
                new GuestSetup.Limits(true, each.role.limits()),
                Math.round(period * 1_000),
                each.role.hugePages(),
                new GuestSetup.Start(
                        Math.round(each.rebootedAt * 1_000), kept.getOrDefault(each, GuestSetup.Kept.NOTHING)));
        boolean pool = each.role.hugePages();
        return old.withActual(bytes(each.actual))
                .withResident(pool ? 0 : bytes(each.resident))
                .withObstacle(pool ? "its memory is in huge pages" : "")
                .withSetup(setup);
    }

    static GuestSample report(Machine each, long lastUpdate) {
        return new GuestSample(
                each.series.name(),
                each.series.name(),
                bytes(each.actual),
                bytes(each.maximum),
                each.hasDriver() ? bytes(each.usable()) : GuestSample.MISSING,
                bytes(each.cache()),
                bytes(each.resident),
                GuestSample.MISSING,
                bytes(each.swappedOut),
                bytes(each.swappedIn),
                0,
                lastUpdate,
                "",
                each.role.wishes());
    }

    private static Instant wall(double time) {
        return Instant.ofEpochMilli(EPOCH * 1_000 + Math.round(time * 1_000));
    }

    private static long bytes(double mib) {
        return (long) (mib * MIB);
    }
}
