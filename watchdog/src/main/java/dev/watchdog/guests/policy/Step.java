package dev.watchdog.guests.policy;

/**
 * A target on its way, watched until it is reached and, when it took memory, a little longer.
 *
 * @param since when the first of the steps began that are judged together: what a guest says of one comes after the next
 * @param from what the guest had then
 * @param movedAt when the balloon last moved toward the target
 * @param reachedAt 0 while it is on its way
 * @param out swapped-out bytes of the guest's life then
 * @param need what the guest needed then
 * @param blamed whether what went wrong with it was learned from already: it may be proposed to end it for many ticks
 */
record Step(
        long startedAt,
        long since,
        long from,
        long target,
        long actual,
        long movedAt,
        long reachedAt,
        long out,
        long need,
        boolean blamed) {
    /** Less than this is no movement: a balloon moves in MiB. */
    private static final long MOVEMENT = Limits.MIB;

    static Step start(long now, long from, long target, long out, long need) {
        return new Step(now, now, from, target, from, now, 0, out, need, false);
    }

    /** Whether a new target is more of the same: on its way, or too young to have been judged. */
    boolean goesOn(long now, boolean shrink) {
        return shrinks() == shrink && (moving() || (shrink && now - since <= Limits.WATCH_AFTER));
    }

    Step extended(long now, long newTarget) {
        return new Step(now, since, Math.max(from, actual), newTarget, actual, now, 0, out, need, blamed);
    }

    Step seen(long now, long newActual) {
        boolean there = shrinks() ? newActual <= target + Limits.CLOSE : newActual >= target - Limits.CLOSE;
        boolean moved = shrinks() ? newActual <= actual - MOVEMENT : newActual >= actual + MOVEMENT;
        return new Step(
                startedAt,
                since,
                from,
                target,
                moved ? newActual : actual,
                moved ? now : movedAt,
                reachedAt > 0 ? reachedAt : there ? now : 0,
                out,
                need,
                blamed);
    }

    /** Its guest is paused or otherwise kept from moving: its time begins again. */
    Step held(long now) {
        return moving() ? new Step(now, since, from, target, actual, now, 0, out, need, blamed) : this;
    }

    Step learnedFrom() {
        return new Step(startedAt, since, from, target, actual, movedAt, reachedAt, out, need, true);
    }

    /** Whether a report of this time says anything of it: it is known to the second, and an older one tells of before. */
    boolean isJudgedBy(long reported) {
        return reported + 999 >= since;
    }

    /** What a report of before it tells is what it began with. */
    Step after(long newOut, long newNeed) {
        return new Step(startedAt, since, from, target, actual, movedAt, reachedAt, newOut, newNeed, blamed);
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

    /** @param age milliseconds by which its guest's reports are old: so much later they tell what it did */
    boolean over(long now, long age) {
        return !moving() && (!shrinks() || now - reachedAt > Limits.WATCH_AFTER + age);
    }

    /** Usable fell by more than one and a half times what was taken: what was taken was not spare. */
    boolean tookMore(long newActual, long newNeed) {
        long taken = from - newActual;
        return taken > Limits.DRIFT && newNeed - need > Math.max(taken / 2, Limits.DRIFT);
    }
}
