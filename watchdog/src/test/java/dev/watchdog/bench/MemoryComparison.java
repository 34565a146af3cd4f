package dev.watchdog.bench;

import dev.watchdog.guests.simulation.BurstGenerator;
import dev.watchdog.guests.simulation.Outcome;
import dev.watchdog.guests.simulation.Setting;
import dev.watchdog.guests.simulation.Shape;
import dev.watchdog.guests.simulation.Simulation;
import dev.watchdog.guests.simulation.Trace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.stream.LongStream;

/** Replays traces through our memory policy, those of others and the optimum. */
final class MemoryComparison {
    private static final double GIB = 1_024;
    private static final int SECONDS = 3_600;

    /** What others do who neither know the trace nor take more than the host has. */
    private static final List<String> OTHERS = List.of("static", "mom", "proxmox");

    private static final String HEAPS = "heaps of real collectors' logs, guests of 12 on 15 GiB";

    private final Report report;
    private final long firstSeed;
    private final int seeds;

    MemoryComparison(Report report, long firstSeed, int seeds) {
        this.report = report;
        this.firstSeed = firstSeed;
        this.seeds = seeds;
    }

    /** Made-up compiles, and loads of all kinds. */
    void policies() {
        report.note(
                "policies",
                seeds
                        + " traces of an hour, three guests of up to 16 GiB; deficit of guests and overcommit of the host in"
                        + " GiB.s, commands and floors undercut a trace");
        for (Shape shape : new Shape[] {Shape.COMPILE, Shape.MIXED}) {
            for (boolean staggered : new boolean[] {true, false}) {
                compare(shape, staggered, 1, 0);
                compare(shape, staggered, 5, 5);
            }
        }
    }

    private void compare(Shape shape, boolean staggered, double tick, double lag) {
        double host = staggered ? 24 : 36;
        String set = String.format(
                Locale.ROOT,
                "%s, %s on %.0f GiB, tick %.0f s, lag %.0f s",
                shape.name().toLowerCase(Locale.ROOT),
                staggered ? "staggered" : "simultaneous",
                host,
                tick,
                lag);
        aboveOptimum(
                set,
                made(seed -> BurstGenerator.generate(seed, 3, SECONDS, 16 * GIB, staggered, shape)),
                new Setting(host * GIB, 16 * GIB, tick, lag),
                tick == 1 ? "1" : "");
    }

    /** Three guests, one after the other, as fast as 1.4 GiB/s: where they leave less than their floors no policy helps. */
    void bursts() {
        Setting setting = new Setting(24 * GIB, 16 * GIB, 1, 0);
        List<Trace> fit = new ArrayList<>();
        List<Trace> tight = new ArrayList<>();
        for (Trace each : made(MemoryTraces::bursts)) {
            (MemoryTraces.most(each, 512, 2_048) <= setting.host() ? fit : tight).add(each);
        }
        aboveOptimum("bursts of 1.4 GiB/s on 24 GiB that leave everybody its floor", fit, setting, "0.5");
        if (!tight.isEmpty()) {
            aboveOptimum("bursts of 1.4 GiB/s on 24 GiB that leave less than the floors", tight, setting, "");
        }
    }

    /** The heaps of three real collectors' logs, on a host that is just large enough. */
    void heaps() {
        aboveOptimum(HEAPS + ", tick 1 s, lag 0 s", heapTraces(), new Setting(15 * GIB, 12 * GIB, 1, 0), "1");
    }

    private static List<Trace> heapTraces() {
        List<Trace> traces = new ArrayList<>();
        for (int shift = 0; shift < 240; shift += 20) {
            traces.add(MemoryTraces.heaps(shift, 13 * GIB));
        }
        return traces;
    }

    /** Guests' reports are 6 and 10 s old, as where a manager has set their period so. */
    void late() {
        for (double lag : new double[] {6, 10}) {
            String late = String.format(Locale.ROOT, ", tick 1 s, lag %.0f s", lag);
            for (Shape shape : new Shape[] {Shape.COMPILE, Shape.MIXED}) {
                String name = shape.name().toLowerCase(Locale.ROOT);
                for (int host : new int[] {24, 28}) {
                    beside(
                            name + ", staggered on " + host + " GiB" + late,
                            made(seed -> BurstGenerator.generate(seed, 3, SECONDS, 16 * GIB, true, shape)),
                            new Setting(host * GIB, 16 * GIB, 1, lag));
                }
                beside(
                        name + ", simultaneous on 36 GiB" + late,
                        made(seed -> BurstGenerator.generate(seed, 3, SECONDS, 16 * GIB, false, shape)),
                        new Setting(36 * GIB, 16 * GIB, 1, lag));
            }
            beside(
                    "bursts of 1.4 GiB/s on 24 GiB" + late,
                    made(MemoryTraces::bursts),
                    new Setting(24 * GIB, 16 * GIB, 1, lag));
            beside(HEAPS + late, heapTraces(), new Setting(15 * GIB, 12 * GIB, 1, lag));
        }
    }

    private List<Trace> made(LongFunction<Trace> maker) {
        return LongStream.range(firstSeed, firstSeed + seeds).mapToObj(maker).toList();
    }

    private void aboveOptimum(String set, List<Trace> traces, Setting setting, String target) {
        Map<String, List<Outcome>> all = replay(set, traces, setting);
        List<Outcome> ours = all.getOrDefault("watchdog", List.of());
        List<Outcome> optimum = all.getOrDefault("clairvoyant", List.of());
        double worst = 0;
        for (int i = 0; i < traces.size(); i++) {
            worst = Math.max(
                    worst, ours.get(i).guestDeficitGiBs() - optimum.get(i).guestDeficitGiBs());
        }
        report.figure(set + ": ours above the optimum, worst", worst, "GiB.s", target);
    }

    private void beside(String set, List<Trace> traces, Setting setting) {
        Map<String, List<Outcome>> all = replay(set, traces, setting);
        double best =
                OTHERS.stream().mapToDouble(each -> deficit(all, each)).min().orElse(0);
        report.figure(
                set + ": ours above the best of the others, mean",
                Math.max(0, deficit(all, "watchdog") - best),
                "GiB.s",
                "0");
    }

    private static double deficit(Map<String, List<Outcome>> all, String policy) {
        return mean(all.getOrDefault(policy, List.of()), Outcome::guestDeficitGiBs);
    }

    private Map<String, List<Outcome>> replay(String set, List<Trace> traces, Setting setting) {
        Map<String, List<Outcome>> all = new LinkedHashMap<>();
        for (String policy : Simulation.POLICIES) {
            all.put(
                    policy,
                    traces.parallelStream()
                            .map(each -> Simulation.run(each, policy, setting))
                            .toList());
        }
        all.forEach((policy, outcomes) -> tell(set, policy, outcomes));
        return all;
    }

    private void tell(String set, String policy, List<Outcome> outcomes) {
        Map<String, Double> row = new LinkedHashMap<>();
        row.put("deficitMean", mean(outcomes, Outcome::guestDeficitGiBs));
        row.put(
                "deficitWorst",
                outcomes.stream().mapToDouble(Outcome::guestDeficitGiBs).max().orElse(0));
        row.put("overcommitMean", mean(outcomes, Outcome::hostOvercommitGiBs));
        row.put("commands", mean(outcomes, Outcome::commands));
        row.put("floorViolations", mean(outcomes, Outcome::floorViolations));
        report.row(set + ": " + policy, row);
    }

    private static double mean(List<Outcome> outcomes, java.util.function.ToDoubleFunction<Outcome> of) {
        return outcomes.stream().mapToDouble(of).average().orElse(0);
    }
}
