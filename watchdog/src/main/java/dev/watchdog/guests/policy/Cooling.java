package dev.watchdog.guests.policy;

/**
 * When a guest may be shrunk again, and what it taught.
 *
 * @param stuckTimes in a row, for the doubling
 * @param learnedFloor bytes, as of {@code learnedAt}: fades
 */
record Cooling(long noShrinkUntil, String why, int stuckTimes, int hurts, long learnedFloor, long learnedAt) {
    static Cooling from(long until, String why) {
        return new Cooling(until, why, 0, 0, 0, 0);
    }

    Cooling until(long time, String newWhy) {
        return time <= noShrinkUntil ? this : new Cooling(time, newWhy, stuckTimes, hurts, learnedFloor, learnedAt);
    }

    Cooling stuck(long now) {
        int times = now - noShrinkUntil > Limits.MOST_PAUSE ? 0 : stuckTimes;
        Cooling longer = until(now + doubled(Limits.STUCK_PAUSE, times), "its balloon was stuck");
        return new Cooling(longer.noShrinkUntil, longer.why, times + 1, hurts, learnedFloor, learnedAt);
    }

    Cooling hurt(long now, long floor) {
        int times = now - learnedAt > Limits.MOST_PAUSE ? 0 : hurts;
        Cooling longer = until(now + doubled(Limits.HURT_PAUSE, times), "the last shrink hurt it");
        return new Cooling(longer.noShrinkUntil, longer.why, stuckTimes, times + 1, Math.max(floor, learned(now)), now);
    }

    /** The floor that is left of what was learned. */
    long learned(long now) {
        return (long) Limits.fade((double) learnedFloor, (double) (now - learnedAt), Limits.LEARNED_HALF_LIFE);
    }

    private static long doubled(long pause, int times) {
        return Math.min(Limits.MOST_PAUSE, pause << Math.min(times, 10));
    }
}
