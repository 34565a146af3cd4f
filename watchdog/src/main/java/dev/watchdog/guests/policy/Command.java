package dev.watchdog.guests.policy;

/**
 * A new balloon target for one guest, in bytes. Safe by itself: if nobody ever comes back the guest can stay there.
 *
 * @param actual what it had when this was decided
 * @param why for people, in one line
 */
public record Command(String guest, Kind kind, long target, long actual, String why) {
    /** Why a target is set. */
    public enum Kind {
        GROW,
        SHRINK,
        /** A target that was not reached becomes what the guest has: a driver chases an unmet one for ever. */
        CANCEL,
        /** What was taken is given back because the guest was hurt. */
        ROLL_BACK
    }
}
