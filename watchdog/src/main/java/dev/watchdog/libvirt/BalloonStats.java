package dev.watchdog.libvirt;

import java.util.Map;
import java.util.OptionalLong;

/**
 * What libvirt says of a guest's memory, each field empty unless it is there and can be true. Sizes are KiB. A field is
 * missing without a balloon device or driver, while a job is held, and where the driver does not know it. Negative values
 * (an unknown statistic is 2^64 - 1 in virtio-balloon), sizes over 2^42 KiB (the 52 bits of an x86 physical address) and
 * shares of memory that exceed the guest's maximum are kept out.
 *
 * @param currentKib what the guest has, as libvirt last heard of its balloon
 * @param maximumKib what it can have
 * @param swapInKib swapped in since the guest's boot
 * @param swapOutKib swapped out since the guest's boot
 * @param majorFaults a count since boot
 * @param minorFaults a count since boot
 * @param unusedKib the guest's MemFree
 * @param availableKib the guest's MemTotal, not its MemAvailable
 * @param usableKib the guest's MemAvailable
 * @param lastUpdateSeconds the host's wall clock at the last report, seconds since 1970; empty when there was none
 * @param rssKib of the QEMU process
 * @param diskCachesKib the guest's page cache, tmpfs included
 */
public record BalloonStats(
        OptionalLong currentKib,
        OptionalLong maximumKib,
        OptionalLong swapInKib,
        OptionalLong swapOutKib,
        OptionalLong majorFaults,
        OptionalLong minorFaults,
        OptionalLong unusedKib,
        OptionalLong availableKib,
        OptionalLong usableKib,
        OptionalLong lastUpdateSeconds,
        OptionalLong rssKib,
        OptionalLong diskCachesKib) {
    private static final long MOST_KIB = 1L << 42;

    /** Year 9999; a later second is no clock's. */
    private static final long LAST_SECOND = 253_402_300_799L;

    /** Whether QEMU's own numbers are there: libvirt skips a guest that it works on, and not every driver has any. */
    public boolean isTold() {
        return currentKib.isPresent() && rssKib.isPresent();
    }

    static BalloonStats of(Map<String, Long> values) {
        OptionalLong maximum = within(values.get("balloon.maximum"), 1, MOST_KIB);
        long most = maximum.orElse(MOST_KIB);
        return new BalloonStats(
                within(values.get("balloon.current"), 0, most),
                maximum,
                within(values.get("balloon.swap_in"), 0, Long.MAX_VALUE),
                within(values.get("balloon.swap_out"), 0, Long.MAX_VALUE),
                within(values.get("balloon.major_fault"), 0, Long.MAX_VALUE),
                within(values.get("balloon.minor_fault"), 0, Long.MAX_VALUE),
                within(values.get("balloon.unused"), 0, most),
                within(values.get("balloon.available"), 1, most),
                within(values.get("balloon.usable"), 0, most),
                within(values.get("balloon.last-update"), 1, LAST_SECOND),
                within(values.get("balloon.rss"), 0, MOST_KIB),
                within(values.get("balloon.disk_caches"), 0, most));
    }

    private static OptionalLong within(@org.jspecify.annotations.Nullable Long value, long least, long most) {
        return value == null || value < least || value > most ? OptionalLong.empty() : OptionalLong.of(value);
    }
}
