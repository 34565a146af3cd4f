package dev.watchdog.guests.policy;

import org.jspecify.annotations.Nullable;

/**
 * What is remembered of one guest.
 *
 * @param target what was last ordered, or what it had when nobody ordered anything
 * @param reportedAt milliseconds since boot when last-update last moved
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
        long swappedIn) {}
