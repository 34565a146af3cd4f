package dev.watchdog.guests.policy;

/**
 * A target on its way, watched until it is reached and, when it took memory, a little longer.
 *
 * @param from what the guest had
 * @param movedAt when the balloon last moved toward the target
 * @param reachedAt 0 while it is on its way
 * @param out swapped-out bytes of the guest's life when it began
 */
record Step(long startedAt, long from, long target, long actual, long movedAt, long reachedAt, long out) {
    /** Less than this is no movement: a balloon moves in MiB. */
    private static final long MOVEMENT = Limits.MIB;

    static Step start(long now, long from, long target, long out) {
        return new Step(now, from, target, from, now, 0, out);
    }

    /** A further target before the last one was reached. */
    Step extended(long now, long newTarget) {
        return new Step(now, Math.max(from, actual), newTarget, actual, now, 0, out);
    }

    Step seen(long now, long newActual) {
        boolean there = shrinks() ? newActual <= target + Limits.CLOSE : newActual >= target - Limits.CLOSE;
        boolean moved = shrinks() ? newActual <= actual - MOVEMENT : newActual >= actual + MOVEMENT;
        return new Step(
                startedAt,
                from,
                target,
                moved ? newActual : actual,
                moved ? now : movedAt,
                reachedAt > 0 ? reachedAt : there ? now : 0,
                out);
    }

    boolean shrinks() {
        return target < from;
    }

    boolean moving() {
        return reachedAt == 0;
    }

    boolean stuck(long now, long tick) {
        double deadline = Limits.DEADLINE_GRACE + 2.0 * tick + Math.abs(from - target) / Limits.SLOWEST_PER_MILLI;
        return moving() && (now - movedAt > Math.max(Limits.STUCK_AFTER, 2 * tick) || now - startedAt > deadline);
    }

    boolean over(long now) {
        return !moving() && (!shrinks() || now - reachedAt > Limits.WATCH_AFTER);
    }
}
