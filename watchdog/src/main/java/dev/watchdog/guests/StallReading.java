package dev.watchdog.guests;

import dev.watchdog.linux.MemoryStall;
import org.jspecify.annotations.Nullable;

/**
 * How long tasks have waited for memory, as one look saw it.
 *
 * @param at milliseconds since boot
 * @param stall null where the kernel does not tell
 * @param swappedOut bytes since boot, of the host
 * @param triggered the kernel has told of a long wait since the look before
 */
record StallReading(long at, @Nullable MemoryStall stall, long swappedOut, boolean triggered) {
    /** Of a control group, whose swapping nobody counts. */
    static StallReading of(long at, @Nullable MemoryStall stall) {
        return new StallReading(at, stall, 0, false);
    }
}
