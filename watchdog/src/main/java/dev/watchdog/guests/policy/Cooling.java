package dev.watchdog.guests.policy;

/**
 * When a guest may be shrunk again, and what it taught.
 *
 * @param stuckUntil when a balloon that was found stuck is tried again; in the past: it is not stuck
 * @param noGrowUntil when a balloon that did not grow is tried again
 * @param stuckTimes in a row, for the doubling
 * @param learnedFloor bytes, as of {@code learnedAt}: fades
 */
record Cooling(
        long noShrinkUntil,
        String why,
        long stuckUntil,
        long noGrowUntil,
        int stuckTimes,
        int hurts,
        long learnedFloor,
        long learnedAt) {
    static Cooling from(long until, String why) {
        return new Cooling(until, why, 0, 0, 0, 0, 0, 0);
    }

    Cooling until(long time, String newWhy) {
        return time <= noShrinkUntil
                ? this
                : new Cooling(time, newWhy, stuckUntil, noGrowUntil, stuckTimes, hurts, learnedFloor, learnedAt);
    }

    /** A balloon that cannot take may well give back: only one that did not grow is not grown for a while. */
    Cooling stuck(long now, boolean shrinking) {
        int times = now - stuckUntil > Limits.MOST_PAUSE ? 0 : stuckTimes;
        long pause = doubled(Limits.STUCK_PAUSE, times);
        Cooling longer = until(now + pause, "its balloon was stuck");
        long grow = shrinking ? noGrowUntil : now + Math.min(pause, Limits.MOST_GROW_PAUSE);
        return new Cooling(
                longer.noShrinkUntil, longer.why, now + pause, grow, times + 1, hurts, learnedFloor, learnedAt);
    }

    /** A step got there: its balloon moves. */
    Cooling moving() {
        return new Cooling(noShrinkUntil, why, 0, 0, stuckTimes, hurts, learnedFloor, learnedAt);
    }

    Cooling hurt(long now, long floor) {
        int times = now - learnedAt > Limits.MOST_PAUSE ? 0 : hurts;
        Cooling longer = until(now + doubled(Limits.HURT_PAUSE, times), "the last shrink hurt it");
        return new Cooling(
                longer.noShrinkUntil,
                longer.why,
                stuckUntil,
                noGrowUntil,
                stuckTimes,
                times + 1,
                Math.max(floor, learned(now)),
                now);
    }

    /** The floor that is left of what was learned. */
    long learned(long now) {
        return (long) Limits.fade((double) learnedFloor, (double) (now - learnedAt), Limits.LEARNED_HALF_LIFE);
    }

    private static long doubled(long pause, int times) {
        return Math.min(Limits.MOST_PAUSE, pause << Math.min(times, 10));
    }
}
