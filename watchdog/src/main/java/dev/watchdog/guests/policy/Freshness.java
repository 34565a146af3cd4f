package dev.watchdog.guests.policy;

/**
 * How old a guest's numbers may be: what is old for one that reports each second is new for one that reports every ten.
 *
 * @param usual milliseconds that numbers are fresh for where no period is known
 * @param shrink milliseconds; older numbers are stale: nothing is taken on them
 * @param grow milliseconds; older numbers are no numbers any more
 */
record Freshness(long usual, long shrink, long grow) {
    static Freshness of(GuestSample sample, PolicySettings settings) {
        long period = sample.setup().statsPeriod();
        long looks = 2 * settings.tickMillis();
        long shrink = Math.max(settings.freshMillis(), Math.min(Limits.MOST_SHRINK_AGE, period * 3 / 2 + looks));
        long grow = Math.max(Limits.BLIND_AFTER, Math.min(Limits.MOST_GROW_AGE, 2 * period + looks));
        return new Freshness(settings.freshMillis(), shrink, Math.max(shrink, grow));
    }

    /** Whether it reports less often than others' numbers are called fresh for. */
    boolean isSlow(GuestSample sample) {
        return sample.setup().statsPeriod() > usual;
    }
}
