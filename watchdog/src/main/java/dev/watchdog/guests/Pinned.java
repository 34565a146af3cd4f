package dev.watchdog.guests;

import dev.watchdog.linux.ProcessMemory;
import org.jspecify.annotations.Nullable;

/**
 * Memory that QEMU is seen to hold so that a balloon cannot free it, however it came to that: an option in whatever
 * spelling, a wrapper around the emulator, a device.
 *
 * @param why it is left alone; empty when it is not
 * @param hugePages whether most of it is in pages of a pool
 */
record Pinned(String why, boolean hugePages) {
    private static final Pinned NOT = new Pinned("", false);

    /** Of what the guest has: QEMU locks and registers a little for other things as well, such as io_uring's buffers. */
    private static final int MOST_OF_IT = 2;

    static Pinned of(@Nullable ProcessMemory memory, long actual) {
        if (memory == null || actual <= 0) {
            return NOT;
        }
        long most = actual / MOST_OF_IT;
        if (memory.hugePages() >= most) {
            return new Pinned(Obstacles.HUGE_PAGES, true);
        }
        if (memory.locked() >= most) {
            return new Pinned(Obstacles.LOCKED, false);
        }
        return memory.pinned() >= most ? new Pinned(Obstacles.PINNED, false) : NOT;
    }
}
