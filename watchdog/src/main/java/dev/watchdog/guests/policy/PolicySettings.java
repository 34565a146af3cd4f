package dev.watchdog.guests.policy;

/**
 * What an operator may choose; everything else is a constant with its reason in {@link Limits}.
 *
 * @param tickMillis between two looks
 * @param hostReserve bytes that are never given to guests
 */
public record PolicySettings(long tickMillis, long hostReserve) {
    /** As shipped: a look a second; the host keeps the larger of 1 GiB and 5 % for its own peaks. */
    public static PolicySettings shipped(long hostTotal) {
        return new PolicySettings(1_000, Math.max(1L << 30, hostTotal / 20));
    }

    /** Older numbers are stale: three missed looks, and never less than 5 s because last-update counts whole seconds. */
    long freshMillis() {
        return Math.max(3 * tickMillis, 5_000);
    }
}
