package dev.watchdog.guests.policy;

/**
 * What was concluded of one guest. Bytes.
 *
 * @param guest its UUID
 * @param need what its processes cannot do without, swapped-out debt included; {@link GuestSample#MISSING} while unknown
 * @param trend bytes a minute by which the need rises or falls, over about the last minute; 0 while unknown
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
 * @param bounds what its size is bound by, and whether it is short by its numbers
 * @param kept what is to be handed in again with its samples after a restart of the agent or of the guest
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
        String why,
        Bounds bounds,
        GuestSetup.Kept kept) {
    /**
     * What its size is bound by.
     *
     * @param shortness its pressure by headroom and swapping alone: only then has a fault a need that numbers show;
     *     sudden major faults make {@code pressure} yellow and nothing else
     * @param limit name of the limit that makes its ceiling lower than was asked for; empty when none does
     * @param period milliseconds between its reports when that is so long that it slows the policy; else 0
     */
    public record Bounds(Pressure shortness, String limit, long period) {
        private static final Bounds NONE = new Bounds(Pressure.GREEN, "", 0);

        static Bounds of(Pressure shortness, String limit, long period) {
            boolean none = shortness == Pressure.GREEN && limit.isEmpty() && period == 0;
            return none ? NONE : new Bounds(shortness, limit, period);
        }
    }
}
