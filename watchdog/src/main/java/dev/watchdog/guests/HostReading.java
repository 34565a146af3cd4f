package dev.watchdog.guests;

import dev.watchdog.linux.HostMemory;
import dev.watchdog.linux.MemoryStall;
import org.jspecify.annotations.Nullable;

/**
 * What one look at the host's memory saw.
 *
 * @param at milliseconds since boot
 * @param stall null where the kernel does not tell
 * @param triggered the kernel has told of a long wait for memory since the look before
 */
record HostReading(long at, HostMemory memory, @Nullable MemoryStall stall, boolean triggered) {}
