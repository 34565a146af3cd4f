package dev.watchdog.guests.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Makes loads that burst like large compiles: long quiet parts, then runs whose demand climbs in steps, peaks while
 * linking, and falls. The worst rise of a run follows what 125 measured runs showed: within 2 s 2.57 GiB in the median and
 * 3.62 at the 95th percentile, 5 s 4.04 and 4.76, 10 s 5.39 and 6.15, 20 s 6.31 and 7.19, 60 s 7.46 and 8.26.
 */
public final class BurstGenerator {
    /** Seconds, the median worst rise within them in MiB, and the spread: ln(p95 / median) / 1.645. */
    private static final double[][] RISE = {
        {0, 0, 0}, {2, 2632, 0.208}, {5, 4137, 0.100}, {10, 5519, 0.080}, {20, 6461, 0.080}, {60, 7639, 0.062}
    };

    /** A run of each guest every eight minutes: 125 runs were seen in three guests' 20,000 s. */
    private static final int PERIOD = 480;

    /** MiB of new files a second of a run: a page cache keeps what was read for as long as there is room. */
    private static final double READ = 12;

    private BurstGenerator() {}

    /**
     * One row a second for each guest.
     *
     * @param staggered true: one guest after the other works; false: all begin at once
     */
    public static Trace generate(long seed, int guests, int seconds, double maximum, boolean staggered) {
        Random random = new Random(seed);
        List<Trace.Series> all = new ArrayList<>();
        for (int guest = 0; guest < guests; guest++) {
            double[] time = new double[seconds];
            double[] demand = new double[seconds];
            double[] cache = new double[seconds];
            double idle = maximum * (0.05 + 0.04 * random.nextDouble());
            double files = maximum * 0.05;
            int start = staggered ? 60 + guest * PERIOD / guests : 60;
            for (int at = 0; at < seconds; at++) {
                time[at] = at;
                demand[at] = idle;
            }
            for (int begin = start; begin < seconds; begin += PERIOD) {
                int jitter = random.nextInt(staggered ? 40 : 8);
                run(random, demand, begin + jitter, 100 + random.nextInt(160), maximum * 0.92 - idle);
            }
            for (int at = 0; at < seconds; at++) {
                demand[at] = Math.min(maximum * 0.95, demand[at] * (1 + 0.004 * random.nextGaussian()));
                files += demand[at] > idle * 1.5 ? READ : 0;
                files = Math.min(files, maximum - demand[at]);
                cache[at] = files;
            }
            all.add(new Trace.Series("guest-" + (guest + 1), time, demand, cache));
        }
        return new Trace(all);
    }

    /** One run: a few climbs, the first the worst, each with a short peak and a fall behind it. */
    private static void run(Random random, double[] demand, int begin, int length, double most) {
        double level = 0;
        int at = begin;
        int end = begin + length;
        double luck = random.nextGaussian();
        while (at < end) {
            double top = Math.min(most, rise(60, luck) * (level == 0 ? 1 : 0.5 + 0.6 * random.nextDouble()));
            double from = level;
            int climb = 25 + random.nextInt(35);
            int hold = 2 + random.nextInt(8);
            for (int second = 0; second < climb + hold; second++) {
                double risen = Math.min(top, rise(second, luck));
                level = Math.max(from, Math.min(most, from * 0.4 + risen));
                put(demand, at + second, level * (1 + 0.01 * random.nextGaussian()));
            }
            at += climb + hold;
            double low = level * (0.15 + 0.3 * random.nextDouble());
            int fall = 3 + random.nextInt(5);
            for (int second = 1; second <= fall; second++) {
                put(demand, at + second - 1, level + (low - level) * second / fall);
            }
            at += fall;
            int rest = 3 + random.nextInt(20);
            for (int second = 0; second < rest; second++) {
                put(demand, at + second, low);
            }
            at += rest;
            level = low;
        }
    }

    private static void put(double[] demand, int at, double more) {
        if (at < demand.length) {
            demand[at] += Math.max(0, more);
        }
    }

    /** {@code luck}: how many standard deviations the run is above the median. */
    private static double rise(double seconds, double luck) {
        for (int i = 1; i < RISE.length; i++) {
            if (seconds <= RISE[i][0]) {
                double part = (seconds - RISE[i - 1][0]) / (RISE[i][0] - RISE[i - 1][0]);
                return risen(i - 1, luck) + part * (risen(i, luck) - risen(i - 1, luck));
            }
        }
        return risen(RISE.length - 1, luck);
    }

    private static double risen(int point, double luck) {
        return RISE[point][1] * Math.exp(RISE[point][2] * luck);
    }
}
