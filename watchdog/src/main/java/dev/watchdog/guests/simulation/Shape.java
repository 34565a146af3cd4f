package dev.watchdog.guests.simulation;

import java.util.List;
import java.util.Random;

/**
 * How the demand of one run goes. How fast a run rises follows what 125 measured runs of compiles and renders showed, their
 * worst rise within 2 s being 2.57 GiB in the median and 3.62 at the 95th percentile, 5 s 4.04 and 4.76, 10 s 5.39 and
 * 6.15, 20 s 6.31 and 7.19, 60 s 7.46 and 8.26; how high it gets and what follows is made up. MiB and seconds.
 */
public enum Shape {
    /** A few climbs, the first the worst, each with a short peak and a fall behind it. */
    COMPILE {
        @Override
        void run(Random random, double[] demand, int begin, int length, double most) {
            double level = 0;
            int at = begin;
            double luck = random.nextGaussian();
            while (at < begin + length) {
                double top = Math.min(most, risen(60, luck) * (level == 0 ? 1 : 0.5 + 0.6 * random.nextDouble()));
                double from = level;
                int climb = 25 + random.nextInt(35) + 2 + random.nextInt(8);
                for (int second = 0; second < climb; second++) {
                    level = Math.max(from, Math.min(most, from * 0.4 + Math.min(top, risen(second, luck))));
                    put(demand, at + second, level * (1 + 0.01 * random.nextGaussian()));
                }
                at += climb;
                double low = level * (0.15 + 0.3 * random.nextDouble());
                at = ramp(demand, at, 3 + random.nextInt(5), level, low);
                at = ramp(demand, at, 3 + random.nextInt(20), low, low);
                level = low;
            }
        }
    },

    /** A scene is loaded as fast as it goes, kept, and let go at once. */
    RENDER {
        @Override
        void run(Random random, double[] demand, int begin, int length, double most) {
            double luck = random.nextGaussian();
            double top = Math.min(most, 4_000 + 7_000 * random.nextDouble());
            for (int second = 0; second < length; second++) {
                double level = Math.min(top, risen(second, luck) + Math.max(0, second - 60) * 40);
                put(demand, begin + second, level * (1 + 0.005 * random.nextGaussian()));
            }
        }
    },

    /** A heap that grows steadily to its limit and is not given back before the end. */
    JVM {
        @Override
        void run(Random random, double[] demand, int begin, int length, double most) {
            double rate = 60 + 400 * random.nextDouble();
            double top = Math.min(most, 3_000 + 7_000 * random.nextDouble());
            for (int second = 0; second < length; second++) {
                put(demand, begin + second, Math.min(top, rate * second));
            }
        }
    },

    /** It fills up and is cleared, over and over. */
    SAWTOOTH {
        @Override
        void run(Random random, double[] demand, int begin, int length, double most) {
            int period = 8 + random.nextInt(40);
            double low = 500 + 1_500 * random.nextDouble();
            double high = Math.min(most, low + period * (50 + 250 * random.nextDouble()));
            for (int second = 0; second < length; second++) {
                put(demand, begin + second, low + (high - low) * (second % period) / period);
            }
        }
    },

    /** 4 GiB in two seconds, for a short while, again and again. */
    SUDDEN {
        @Override
        void run(Random random, double[] demand, int begin, int length, double most) {
            int at = begin;
            while (at < begin + length) {
                double top = Math.min(most, 3_500 + 600 * random.nextDouble());
                at = ramp(demand, at, 2, 0, top);
                at = ramp(demand, at, 4 + random.nextInt(20), top, top);
                at = ramp(demand, at, 2, top, 200) + 5 + random.nextInt(40);
            }
        }
    },

    /**
     * As fast as 1.4 GiB/s to a level that it keeps for a while, then to another one or nearly all the way down at 3 GiB/s:
     * every seventeenth second a new level, every thirty-third down, 4.2 GiB in the mean and 11.2 at most.
     */
    CLIMB {
        @Override
        void run(Random random, double[] demand, int begin, int length, double most) {
            double level = 0;
            double wanted = 0;
            for (int second = 0; second < length; second++) {
                if (random.nextDouble() < 0.06) {
                    wanted = Math.min(Math.min(most, 10_800), -4_200 * Math.log(1 - random.nextDouble()));
                }
                if (random.nextDouble() < 0.03) {
                    wanted = 200;
                }
                level = Math.max(0, level + Math.max(-3_000, Math.min(1_400, wanted - level)));
                put(demand, begin + second, level);
            }
        }
    },

    /** Any of the others but the last, another one each time. */
    MIXED {
        @Override
        void run(Random random, double[] demand, int begin, int length, double most) {
            PLAIN.get(random.nextInt(PLAIN.size())).run(random, demand, begin, length, most);
        }
    };

    private static final List<Shape> PLAIN = List.of(COMPILE, RENDER, JVM, SAWTOOTH, SUDDEN);

    /** Seconds, the median worst rise within them, and the spread: ln(p95 / median) / 1.645. */
    private static final double[][] RISE = {
        {0, 0, 0}, {2, 2632, 0.208}, {5, 4137, 0.100}, {10, 5519, 0.080}, {20, 6461, 0.080}, {60, 7639, 0.062}
    };

    /** Adds one run to a guest's demand. */
    abstract void run(Random random, double[] demand, int begin, int length, double most);

    private static int ramp(double[] demand, int at, int seconds, double from, double to) {
        for (int second = 1; second <= seconds; second++) {
            put(demand, at + second - 1, from + (to - from) * second / seconds);
        }
        return at + seconds;
    }

    private static void put(double[] demand, int at, double more) {
        if (at < demand.length) {
            demand[at] += Math.max(0, more);
        }
    }

    /** {@code luck}: how many standard deviations the run is above the median. */
    private static double risen(double seconds, double luck) {
        for (int i = 1; i < RISE.length; i++) {
            if (seconds <= RISE[i][0]) {
                double part = (seconds - RISE[i - 1][0]) / (RISE[i][0] - RISE[i - 1][0]);
                return point(i - 1, luck) + part * (point(i, luck) - point(i - 1, luck));
            }
        }
        return point(RISE.length - 1, luck);
    }

    private static double point(int point, double luck) {
        return RISE[point][1] * Math.exp(RISE[point][2] * luck);
    }
}
