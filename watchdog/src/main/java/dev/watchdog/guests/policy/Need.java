package dev.watchdog.guests.policy;

/**
 * What a guest cannot do without, learned sample by sample. need = actual − usable holds with and without
 * deflate-on-oom; swapping hides need from MemAvailable, so pages swapped out and not back in are added as debt.
 *
 * @param bytes without the debt
 * @param burst the largest rise within a window, fading
 * @param peak the most it needed, fading
 * @param rise the fastest rise lately, bytes a millisecond, fading
 * @param slope of the last sample, bytes a millisecond; never below 0
 * @param climb the less of the last two slopes: what was no single step
 */
record Need(
        long bytes,
        long debt,
        double burst,
        double peak,
        double rise,
        double slope,
        double climb,
        long low,
        long lowBefore,
        long lowSince) {

    static Need first(GuestSample sample, long at) {
        long need = Math.max(0, sample.actual() - sample.usable());
        double supposed = Math.min(Limits.MOST_BURST, sample.maximum() * Limits.SUPPOSED_BURST);
        return new Need(need, 0, supposed, need + supposed, 0, 0, 0, need, need, at);
    }

    /**
     * After a new report, {@code elapsed} milliseconds after the last one.
     *
     * @param window milliseconds within which a rise is a burst: until memory could be there
     */
    Need next(long now, double elapsed, long window, long newBytes, long out, long in, long maximum) {
        long owed = (long) Limits.fade((double) debt, elapsed, Limits.DEBT_HALF_LIFE) + out - in;
        double newSlope = Math.max(0, newBytes - bytes) / elapsed;
        boolean turn = now - lowSince >= window / 2;
        long newLowBefore = turn ? low : lowBefore;
        long newLow = turn ? newBytes : Math.min(low, newBytes);
        double risen = Math.max(0, newBytes - Math.min(newLow, newLowBefore));
        double kept = Limits.fade(1, elapsed, Limits.BURST_HALF_LIFE);
        return new Need(
                newBytes,
                Math.max(0, Math.min(owed, maximum / 2)),
                Math.max(risen, burst * kept),
                Math.max((double) newBytes, peak * kept),
                Math.max(newSlope, Limits.fade(rise, elapsed, Limits.RISE_HALF_LIFE)),
                newSlope,
                Math.min(slope, newSlope),
                newLow,
                newLowBefore,
                turn ? now : lowSince);
    }

    /** How far it is likely to rise at once: who is near its peak has its burst behind it, yet may find a new peak. */
    double likelyRise() {
        double most = Math.min(Limits.MOST_BURST, burst);
        return Math.min(most, Math.max(peak - bytes, most * Limits.NEW_PEAK_SHARE));
    }

    /** With what it owes. */
    long whole() {
        return bytes + debt;
    }
}
