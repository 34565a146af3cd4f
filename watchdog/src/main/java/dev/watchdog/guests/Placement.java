package dev.watchdog.guests;

import dev.watchdog.guests.policy.GuestSetup;

/**
 * Where on the host a guest lives, by its process.
 *
 * @param limits the control groups and NUMA nodes that bound it
 * @param obstacle what its process shows that speaks against moving its memory; empty when nothing does
 * @param hugePages whether most of its memory is seen to be in pages of a pool
 * @param files bytes of mapped files within what QEMU holds; below 0 while unknown
 */
record Placement(GuestSetup.Limits limits, String obstacle, boolean hugePages, long files) {
    /** Its process was not found yet. */
    static final Placement UNKNOWN = new Placement(GuestSetup.Limits.UNKNOWN, "", false, -1);

    /** Nothing bounds it that anybody knows of. */
    static final Placement FREE = new Placement(GuestSetup.Limits.NONE, "", false, -1);
}
