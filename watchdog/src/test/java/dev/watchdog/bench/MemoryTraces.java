package dev.watchdog.bench;

import dev.watchdog.guests.simulation.Trace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Traces for {@code bench memory} that the simulator's generator does not make. MiB and seconds. */
final class MemoryTraces {
    private static final int SECONDS = 3_600;

    /** The logs of three collectors, made by {@link HeapLoad}. */
    private static final List<String> LOGS = List.of("g1", "parallel", "serial");

    private static final int HEAP_SECONDS = 1_200;

    /** What a guest uses beside its heap. */
    private static final double BASE = 500;

    private static final Pattern COLLECTION =
            Pattern.compile("\\[([0-9.]+)s].* ([0-9]+)M->([0-9]+)M\\([0-9]+M\\) [0-9.]+ms");

    private MemoryTraces() {}

    /**
     * Three guests that work one after the other, up to 11.5 GiB each: every seventeenth second a new level, as fast as 1.4
     * GiB/s, every thirty-third down to 0.9 GiB at 3 GiB/s.
     */
    static Trace bursts(long seed) {
        Random random = new Random(seed);
        List<Trace.Series> all = new ArrayList<>();
        for (int guest = 0; guest < 3; guest++) {
            double[] time = new double[SECONDS];
            double[] demand = new double[SECONDS];
            double[] cache = new double[SECONDS];
            double level = 700;
            double wanted = 700;
            for (int at = 0; at < SECONDS; at++) {
                int phase = Math.floorMod(at - 400 * guest, 1_200);
                if (phase >= 500) {
                    wanted = 700;
                } else {
                    if (random.nextDouble() < 0.06) {
                        wanted = Math.min(11_500, 700 - 4_200 * Math.log(1 - random.nextDouble()));
                    }
                    if (random.nextDouble() < 0.03) {
                        wanted = 900;
                    }
                }
                level = Math.max(500, level + Math.max(-3_000, Math.min(1_400, wanted - level)));
                time[at] = at;
                demand[at] = level;
                cache[at] = Math.min(6_000, 400 + 3.0 * at);
            }
            all.add(new Trace.Series("g" + guest, time, demand, cache));
        }
        return new Trace(all);
    }

    /**
     * Three guests with the heaps that three real collectors logged, each begun {@code shift} seconds after the one before
     * and all made larger by the same factor, so that together they need {@code most} at one moment.
     */
    static Trace heaps(int shift, double most) {
        double[][] heaps = new double[LOGS.size()][];
        double[] sum = new double[HEAP_SECONDS];
        for (int i = 0; i < heaps.length; i++) {
            heaps[i] = shifted(used(LOGS.get(i)), shift * i);
            for (int at = 0; at < HEAP_SECONDS; at++) {
                sum[at] += heaps[i][at];
            }
        }
        double peak = 0;
        for (double each : sum) {
            peak = Math.max(peak, each);
        }
        double factor = (most - heaps.length * BASE) / peak;
        List<Trace.Series> all = new ArrayList<>();
        for (int i = 0; i < heaps.length; i++) {
            double[] time = new double[HEAP_SECONDS];
            double[] cache = new double[HEAP_SECONDS];
            for (int at = 0; at < HEAP_SECONDS; at++) {
                time[at] = at;
                heaps[i][at] = BASE + heaps[i][at] * factor;
                cache[at] = Math.min(2_000, 300 + 0.6 * at);
            }
            all.add(new Trace.Series(LOGS.get(i), time, heaps[i], cache));
        }
        return new Trace(all);
    }

    /** The most that all need at one second, each with so much beside and no less than a floor. */
    static double most(Trace trace, double beside, double floor) {
        double most = 0;
        for (int at = 0; at < SECONDS; at++) {
            double sum = 0;
            for (Trace.Series each : trace.guests()) {
                sum += Math.max(floor, each.demand()[at] + beside);
            }
            most = Math.max(most, sum);
        }
        return most;
    }

    private static double[] shifted(double[] heap, int by) {
        double[] later = new double[HEAP_SECONDS];
        if (by < HEAP_SECONDS) {
            System.arraycopy(heap, 0, later, by, HEAP_SECONDS - by);
        }
        return later;
    }

    /** What of the heap was in use each second: straight lines from collection to collection, and a fall at each. */
    private static double[] used(String log) {
        double[] used = new double[HEAP_SECONDS];
        double from = 0;
        double after = 0;
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(MemoryTraces.class.getResourceAsStream("/bench/heaps/" + log + ".log"), log),
                StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Matcher found = COLLECTION.matcher(line);
                if (!found.matches()) {
                    continue;
                }
                double at = Double.parseDouble(found.group(1));
                double before = Double.parseDouble(found.group(2));
                for (int second = (int) Math.ceil(from); second < Math.min(at, HEAP_SECONDS); second++) {
                    used[second] = after + (before - after) * (second - from) / (at - from);
                }
                // the moment before counts, or a peak between two seconds is lost
                int second = Math.min(HEAP_SECONDS - 1, (int) at);
                used[second] = Math.max(used[second], before);
                from = at;
                after = Double.parseDouble(found.group(3));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (int second = (int) Math.ceil(from); second < HEAP_SECONDS; second++) {
            used[second] = after;
        }
        return used;
    }
}
