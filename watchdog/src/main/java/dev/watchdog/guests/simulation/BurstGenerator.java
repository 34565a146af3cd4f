package dev.watchdog.guests.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes traces: long quiet parts, then runs of a {@link Shape}, and a page cache of what they read and write. */
public final class BurstGenerator {
    /** A run of each guest every eight minutes: 125 runs were seen in three guests' 20,000 s. */
    private static final int PERIOD = 480;

    /** MiB of its tree that a run reads a second, and of results that it writes: those are deleted before the next one. */
    private static final double READ = 12;

    private static final double WRITTEN = 8;

    private BurstGenerator() {}

    /** Compiles. */
    public static Trace generate(long seed, int guests, int seconds, double maximum, boolean staggered) {
        return generate(seed, guests, seconds, maximum, staggered, Shape.COMPILE);
    }

    /**
     * One row a second for each guest.
     *
     * @param staggered true: one guest after the other works; false: all begin at once
     */
    public static Trace generate(long seed, int guests, int seconds, double maximum, boolean staggered, Shape shape) {
        Random random = new Random(seed);
        List<Trace.Series> all = new ArrayList<>();
        for (int guest = 0; guest < guests; guest++) {
            double[] time = new double[seconds];
            double[] demand = new double[seconds];
            double idle = maximum * (0.05 + 0.04 * random.nextDouble());
            int start = staggered ? 60 + guest * PERIOD / guests : 60;
            boolean[] begins = new boolean[seconds];
            for (int at = 0; at < seconds; at++) {
                time[at] = at;
                demand[at] = idle;
            }
            for (int begin = start; begin < seconds; begin += PERIOD) {
                int at = Math.min(seconds - 1, begin + random.nextInt(staggered ? 40 : 8));
                begins[at] = true;
                shape.run(random, demand, at, 100 + random.nextInt(160), maximum * 0.92 - idle);
            }
            double tree = maximum * 0.25 * random.nextDouble();
            double files = maximum * 0.05;
            double results = 0;
            double[] cache = new double[seconds];
            for (int at = 0; at < seconds; at++) {
                demand[at] = Math.min(maximum * 0.95, demand[at] * (1 + 0.004 * random.nextGaussian()));
                boolean works = demand[at] > idle * 1.5;
                files = Math.min(files + (works ? READ : 0), tree);
                results = begins[at] ? 0 : results + (works ? WRITTEN : 0);
                cache[at] = Math.min(files + results, maximum - demand[at]);
            }
            all.add(new Trace.Series("guest-" + (guest + 1), time, demand, cache));
        }
        return new Trace(all);
    }
}
