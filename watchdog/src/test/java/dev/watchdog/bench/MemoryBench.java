package dev.watchdog.bench;

import com.sun.management.ThreadMXBean;
import dev.watchdog.guests.policy.Command;
import dev.watchdog.guests.policy.GuestSample;
import dev.watchdog.guests.policy.HostSample;
import dev.watchdog.guests.policy.MemoryPolicy;
import dev.watchdog.guests.policy.PolicySettings;
import dev.watchdog.guests.policy.PolicyState;
import dev.watchdog.guests.policy.Sight;
import dev.watchdog.guests.policy.SpareFreed;
import dev.watchdog.guests.policy.Verdict;
import dev.watchdog.guests.policy.Wishes;
import dev.watchdog.guests.simulation.BurstGenerator;
import dev.watchdog.guests.simulation.GrantLatency;
import dev.watchdog.guests.simulation.Setting;
import dev.watchdog.guests.simulation.Shape;
import dev.watchdog.guests.simulation.Trace;
import dev.watchdog.linux.Moment;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.HdrHistogram.Histogram;

/** The memory policy beside those of others, in the simulator, on seeds that nothing was tuned on; and what deciding costs. */
final class MemoryBench {
    private static final long FIRST_SEED = 70_001;
    private static final double GIB = 1_024;
    private static final long BYTES = 1L << 30;
    private static final int SECONDS = 3_600;

    private final Report report;
    private final int seeds;
    private final Map<String, Runnable> parts = new LinkedHashMap<>();

    private MemoryBench(Report report, boolean quick) {
        this.report = report;
        this.seeds = quick ? 3 : 20;
        // first: what the others leave for the collector is not its cost
        parts.put("decide", this::decide);
        MemoryComparison comparison = new MemoryComparison(report, FIRST_SEED, seeds);
        parts.put("policies", comparison::policies);
        parts.put("bursts", comparison::bursts);
        parts.put("heaps", comparison::heaps);
        parts.put("late", comparison::late);
        parts.put("latency", this::latency);
        parts.put("spare", this::spare);
    }

    /**
     * Measures.
     *
     * @param only the names of the parts wanted; empty for all
     */
    static void run(Report report, boolean quick, Set<String> only) {
        MemoryBench bench = new MemoryBench(report, quick);
        if (!bench.parts.keySet().containsAll(only)) {
            throw new IllegalArgumentException(
                    "the parts are " + String.join(", ", bench.parts.keySet()) + ", not " + only);
        }
        report.note(
                "machine",
                Runtime.getRuntime().availableProcessors() + " cores, Linux " + System.getProperty("os.version")
                        + ", JDK " + System.getProperty("java.version"));
        bench.parts.forEach((name, part) -> {
            if (only.isEmpty() || only.contains(name)) {
                part.run();
            }
        });
    }

    private void latency() {
        for (boolean staggered : new boolean[] {true, false}) {
            List<Integer> waits = new ArrayList<>();
            for (int seed = 0; seed < seeds; seed++) {
                Trace trace =
                        BurstGenerator.generate(FIRST_SEED + seed, 3, SECONDS, 16 * GIB, staggered, Shape.COMPILE);
                waits.addAll(GrantLatency.of(trace, new Setting((staggered ? 24 : 36) * GIB, 16 * GIB, 1, 0)));
            }
            waits.sort(null);
            String name = (staggered ? "staggered" : "simultaneous") + ": first sign to granted";
            if (waits.isEmpty()) {
                report.note(name, "nobody was ever in need");
            } else {
                report.figure(name + ", p99 of " + waits.size(), waits.get(waits.size() * 99 / 100), "ticks", "2");
            }
        }
    }

    private void spare() {
        for (long mib : new long[] {512, 1_024, 2_048, 4_096, 8_192, 16_384, 32_768, 65_536}) {
            for (boolean host : new boolean[] {true, false}) {
                double least = Double.MAX_VALUE;
                for (double used : new double[] {0.1, 0.2, 0.4, 0.6}) {
                    least = Math.min(least, SpareFreed.part(mib << 20, used, host));
                }
                report.figure(
                        "spare freed in 2 min, " + mib + " MiB, " + (host ? "host" : "neighbour") + " in need",
                        100 * least,
                        "%",
                        "70");
            }
        }
    }

    private void decide() {
        decide(1_000, "5");
        decide(10_000, "50");
    }

    private void decide(int guests, String target) {
        Random random = new Random(1);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        PolicySettings settings = PolicySettings.shipped(2 * BYTES * guests);
        PolicyState state = PolicyState.EMPTY;
        long[] actual = new long[guests];
        long[] need = new long[guests];
        for (int i = 0; i < guests; i++) {
            actual[i] = BYTES + random.nextInt(1 << 30);
            need[i] = actual[i] / 2;
        }
        Histogram micros = Report.micros();
        long allocated = 0;
        int commands = 0;
        int warm = 300;
        int rounds = 200;
        for (int round = 0; round < warm + rounds; round++) {
            Sight sight = sight(round, actual, need, random);
            long bytes = threads.getCurrentThreadAllocatedBytes();
            long begin = System.nanoTime();
            Verdict verdict = MemoryPolicy.decide(state, sight, settings);
            long took = System.nanoTime() - begin;
            if (round >= warm) {
                micros.recordValue(took / 1_000);
                allocated += threads.getCurrentThreadAllocatedBytes() - bytes;
                commands += verdict.commands().size();
            }
            state = verdict.state();
            for (Command command : verdict.commands()
                    .subList(0, Math.min(20, verdict.commands().size()))) {
                state = state.ordered(command, round * 1_000L);
                actual[Integer.parseInt(command.guest())] = command.target();
            }
        }
        report.times("decide for " + guests + " guests", micros, target);
        report.figure("decide for " + guests + " guests, commands", commands / (double) rounds, "a round", "");
        report.figure(
                "decide for " + guests + " guests, allocated", allocated / 1024.0 / rounds / guests, "KiB a guest", "");
    }

    /** Every need moves a little each second, some burst. */
    private static Sight sight(int round, long[] actual, long[] need, Random random) {
        List<GuestSample> samples = new ArrayList<>(actual.length);
        long resident = 0;
        for (int i = 0; i < actual.length; i++) {
            need[i] = Math.min(
                    2 * BYTES,
                    (long) (need[i] * (1 + 0.01 * random.nextGaussian())) + (random.nextInt(500) == 0 ? BYTES / 4 : 0));
            resident += actual[i];
            samples.add(new GuestSample(
                    Integer.toString(i),
                    "guest",
                    actual[i],
                    4 * BYTES,
                    Math.max(0, actual[i] - need[i]),
                    0,
                    actual[i],
                    GuestSample.MISSING,
                    0,
                    0,
                    round,
                    1_700_000_000L + round,
                    "",
                    Wishes.IN));
        }
        long total = 2 * BYTES * actual.length;
        return new Sight(
                new Moment("bench", Duration.ofSeconds(round), Instant.ofEpochSecond(1_700_000_000L + round)),
                new HostSample(total, Math.max(0, total - resident), HostSample.Heat.COOL),
                samples);
    }
}
