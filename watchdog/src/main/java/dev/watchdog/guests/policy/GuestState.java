package dev.watchdog.guests.policy;

import org.jspecify.annotations.Nullable;

/**
 * What is remembered of one guest.
 *
 * @param target what was last ordered, or what it had when nobody ordered anything
 * @param reportedAt milliseconds since boot when last-update last moved
 * @param resident what QEMU held of the host at {@code seenAt}, when it was last in a sight
 */
record GuestState(
        Need need,
        Trail trail,
        long target,
        long actual,
        @Nullable Step step,
        Cooling cooling,
        int samples,
        long lastUpdate,
        long reportedAt,
        long swappedOut,
        long swappedIn,
        long resident,
        long seenAt) {
    /** What it may still take of the host beyond what it is seen to hold there. */
    long outstanding() {
        return Math.max(0, Math.max(actual, target) - Math.max(0, resident));
    }

    /** Whether a guest that is not in a sight is thought to be there: a busy libvirt skips one now and then. */
    boolean lingers(long now) {
        return now - seenAt <= Limits.BLIND_AFTER;
    }
}
