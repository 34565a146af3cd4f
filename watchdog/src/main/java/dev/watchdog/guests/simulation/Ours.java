package dev.watchdog.guests.simulation;

import dev.watchdog.guests.policy.Command;
import dev.watchdog.guests.policy.GuestFinding;
import dev.watchdog.guests.policy.GuestSample;
import dev.watchdog.guests.policy.HostSample;
import dev.watchdog.guests.policy.MemoryPolicy;
import dev.watchdog.guests.policy.PolicySettings;
import dev.watchdog.guests.policy.PolicyState;
import dev.watchdog.guests.policy.Sight;
import dev.watchdog.guests.policy.Verdict;
import dev.watchdog.guests.policy.Wishes;
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

    private final double host;
    private final double lag;
    private final PolicySettings settings;
    private final Map<Machine, Deque<GuestSample>> reports = new HashMap<>();
    private PolicyState state = PolicyState.EMPTY;
    private List<GuestFinding> findings = List.of();
    private int violations;

    Ours(double host, double tick, double lag) {
        this.host = host;
        this.lag = lag;
        this.settings = new PolicySettings(Math.round(tick * 1_000), 0);
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
            resident += each.resident;
            samples.add(sample(each, time));
            byName.put(each.series.name(), each);
        }
        long total = bytes(host);
        Sight sight = new Sight(
                new Moment("simulated", Duration.ofMillis(Math.round(time * 1_000)), wall(time)),
                new HostSample(total, total - bytes(resident), HostSample.Heat.COOL),
                samples);
        Verdict verdict = MemoryPolicy.decide(state, sight, settings);
        state = verdict.state();
        findings = verdict.guests();
        Map<String, Long> floors = new HashMap<>();
        verdict.guests().forEach(each -> floors.put(each.guest(), each.floor()));
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

    private GuestSample sample(Machine each, double time) {
        Deque<GuestSample> waiting = reports.computeIfAbsent(each, key -> new ArrayDeque<>());
        waiting.addLast(report(each, wall(time).getEpochSecond()));
        while (waiting.size() > 1
                && waiting.element().lastUpdate() < wall(time - lag).getEpochSecond()) {
            waiting.removeFirst();
        }
        GuestSample old = waiting.element();
        return new GuestSample(
                old.id(),
                old.name(),
                bytes(each.actual),
                old.maximum(),
                old.usable(),
                old.caches(),
                bytes(each.resident),
                GuestSample.MISSING,
                old.swappedOut(),
                old.swappedIn(),
                0,
                old.lastUpdate(),
                "",
                Wishes.IN).with(new dev.watchdog.guests.policy.GuestSetup(dev.watchdog.guests.policy.GuestSetup.Limits.NONE, Math.round(lag*1000), false, dev.watchdog.guests.policy.GuestSetup.Start.LONG_AGO));
    }

    static GuestSample report(Machine each, long lastUpdate) {
        return new GuestSample(
                each.series.name(),
                each.series.name(),
                bytes(each.actual),
                bytes(each.maximum),
                bytes(each.usable()),
                bytes(each.cache()),
                bytes(each.resident),
                GuestSample.MISSING,
                bytes(each.swappedOut),
                bytes(each.swappedIn),
                0,
                lastUpdate,
                "",
                Wishes.IN);
    }

    private static Instant wall(double time) {
        return Instant.ofEpochMilli(EPOCH * 1_000 + Math.round(time * 1_000));
    }

    private static long bytes(double mib) {
        return (long) (mib * MIB);
    }
}
