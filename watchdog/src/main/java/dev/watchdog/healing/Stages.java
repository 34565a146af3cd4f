package dev.watchdog.healing;

import dev.watchdog.linux.Moment;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * When the stages of one healing ended, all in time since boot, so that their lengths can be told.
 *
 * @param signalled the kernel or a daemon showed something
 * @param seen the probe had found the fault
 * @param decided the healer had decided to act
 * @param durable the decision was on disk
 */
public record Stages(Duration signalled, Duration seen, Duration decided, Duration durable) {
    /** What is known when the decision falls; {@code durable} is filled in once it is. */
    static Stages decided(Moment signalled, Moment seen, Moment now) {
        return new Stages(signalled.sinceBoot(), seen.sinceBoot(), now.sinceBoot(), now.sinceBoot());
    }

    Stages durableAt(Moment now) {
        return new Stages(signalled, seen, decided, now.sinceBoot());
    }

    /** The lengths in microseconds, with those of the two stages that only the remedy knows. */
    public Map<String, Long> micros(Duration acted, Duration verified) {
        Map<String, Long> micros = new LinkedHashMap<>();
        micros.put("see", between(signalled, seen));
        micros.put("decide", between(seen, decided));
        micros.put("journal", between(decided, durable));
        micros.put("act", between(durable, acted));
        micros.put("verify", between(acted, verified));
        return micros;
    }

    private static long between(Duration from, Duration to) {
        return Math.max(0, to.minus(from).toNanos() / 1_000);
    }
}
