package dev.watchdog.guests;

import dev.watchdog.guests.policy.HostSample.Heat;

/**
 * How hot something is, look by look: heat comes at once, and goes when nothing as hot was seen for {@value #QUIET} ms.
 * Immutable.
 *
 * @param hotAt milliseconds since boot when it was last seen hot
 * @param warmAt when it was last seen warm or hot
 */
record HeatState(Heat heat, long hotAt, long warmAt) {
    static final long QUIET = 10_000;

    static final HeatState UNSEEN = new HeatState(Heat.COOL, -QUIET, -QUIET);

    /** After a look that saw this much. */
    HeatState seen(long now, Heat level) {
        long hot = level == Heat.HOT ? now : hotAt;
        long warm = level == Heat.COOL ? warmAt : now;
        Heat next = now - hot < QUIET ? Heat.HOT : now - warm < QUIET ? Heat.WARM : Heat.COOL;
        return new HeatState(next, hot, warm);
    }

    /** After a while of which nothing is known: it is as hot as it was, and quiet counts from here on. */
    HeatState interrupted(long now, Heat level) {
        long longAgo = now - QUIET;
        return new HeatState(heat, longAgo, longAgo).seen(now, hotter(heat, level));
    }

    static Heat hotter(Heat one, Heat other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
