package dev.watchdog.guests.policy;

/**
 * What was concluded of one guest. Bytes.
 *
 * @param need what its processes cannot do without, swapped-out debt included
 * @param floor no shrink goes below
 * @param target what it would have if moving were free
 * @param lacking what it needs and could not be given: above 0 is {@code guest.memory-pressure}
 * @param stuck its last target was not reached: {@code guest.balloon-stuck}
 * @param untouchable why it is not shrunk; empty when it may be
 * @param unmanageable why nothing can be done with it at all; empty when it can be managed
 */
public record GuestFinding(
        String guest,
        Pressure pressure,
        long need,
        long actual,
        long floor,
        long target,
        long lacking,
        boolean stuck,
        String untouchable,
        String unmanageable,
        String why) {}
