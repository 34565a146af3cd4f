package dev.watchdog.guests.policy;

/**
 * What was concluded of one guest. Bytes.
 *
 * @param guest its UUID
 * @param need what its processes cannot do without, swapped-out debt included
 * @param trend bytes a minute by which the need rises or falls, over about the last minute
 * @param floor no shrink goes below
 * @param ceiling no grow goes above
 * @param target what it would have if moving were free
 * @param lacking what it needs and could not be given: above 0 is {@code guest.memory-pressure}
 * @param stale its numbers are too old to take anything from it
 * @param stuck a target of it was not reached, from when that was seen until a later step gets there or the pause after
 *     it is over: {@code guest.balloon-stuck}
 * @param untouchable why it is not shrunk; empty when it may be
 * @param unmanageable why nothing can be done with it now; empty when it can be managed
 * @param why of what is proposed for it; empty when nothing is
 */
public record GuestFinding(
        String guest,
        Pressure pressure,
        long need,
        long trend,
        long actual,
        long floor,
        long ceiling,
        long target,
        long lacking,
        boolean stale,
        boolean stuck,
        String untouchable,
        String unmanageable,
        String why) {}
