package dev.watchdog.guests.policy;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a guest's balloon was sent.
 *
 * @param target what was last ordered; what the guest has while nobody ordered anything
 * @param ours whether {@code target} was ordered by us
 * @param at milliseconds since boot when it was ordered
 */
record Course(long target, boolean ours, long at, @Nullable Step step) {
    /** Nothing was ordered. */
    static Course drifting(long actual) {
        return new Course(actual, false, 0, null);
    }

    Course with(@Nullable Step newStep) {
        return Objects.equals(newStep, step) ? this : new Course(target, ours, at, newStep);
    }

    /**
     * A size that no order of ours explains: somebody else's, or a guest that took its memory back to survive. Just after
     * an order a balloon may still have been on its way elsewhere.
     */
    boolean foreign(long before, long actual, long now) {
        if (ours && now - at <= Limits.ORDER_GRACE) {
            return false;
        }
        long least = step == null ? target : Math.min(before, target);
        long drift = step == null ? Limits.CALM_DRIFT : Limits.DRIFT;
        return actual < least - drift || actual > Math.max(before, target) + drift;
    }

    /**
     * It has less than it was ordered to have. Its balloon may still come of an order before, or somebody else has shrunk
     * it meanwhile: which of them it is shows when the order has settled.
     */
    boolean passed(long actual) {
        return ours && actual < target - Limits.CALM_DRIFT;
    }

    /** After a foreign size: below our target it is somebody else's now; above it the driver may still chase ours. */
    Course overtaken(long actual) {
        return ours && actual > target ? with(null) : drifting(actual);
    }

    /**
     * After a size that is no surprise.
     *
     * @param lost whether it was out of sight: a daemon that hung holds an order back as well
     */
    Course followed(GuestSample sample, long now, boolean lost) {
        if (!ours) {
            return drifting(sample.actual());
        }
        if (step == null) {
            return this;
        }
        Step seen = step.seen(now, sample.actual());
        return with(sample.obstacle().isEmpty() && !lost ? seen : seen.held(now));
    }
}
