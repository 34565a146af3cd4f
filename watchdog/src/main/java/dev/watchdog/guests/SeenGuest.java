package dev.watchdog.guests;

import dev.watchdog.guests.policy.GuestSample;
import dev.watchdog.libvirt.BalloonStats;
import dev.watchdog.libvirt.GuestStats;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * A guest as one look saw it.
 *
 * @param source the URI of its hypervisor
 * @param name as its owner chose it: not trusted, for people only
 * @param description what its XML said when it was last read
 * @param sample the same for the policy
 */
record SeenGuest(
        String source, UUID id, String name, boolean running, GuestDescription description, GuestSample sample) {
    private static final long KIB = 1024;
    static final String BUSY = "libvirt is busy with it at the moment";

    /** @param busy whether libvirt was found to let nobody set its memory now */
    static SeenGuest of(
            String source, GuestStats stats, GuestDescription description, boolean busy, GuestsSettings settings) {
        BalloonStats balloon = stats.balloon();
        GuestSample sample = new GuestSample(
                stats.uuid().toString(),
                stats.name(),
                bytes(balloon.currentKib()),
                bytes(balloon.maximumKib()),
                bytes(balloon.usableKib()),
                bytes(balloon.diskCachesKib()),
                bytes(balloon.rssKib()),
                description.isRead() && !description.autodeflate()
                        ? bytes(balloon.availableKib())
                        : GuestSample.MISSING,
                bytes(balloon.swapOutKib()),
                bytes(balloon.swapInKib()),
                balloon.majorFaults().orElse(GuestSample.MISSING),
                balloon.lastUpdateSeconds().orElse(0),
                obstacle(stats, description, busy),
                settings.wishes(stats.name(), description.wishes()));
        return new SeenGuest(
                source, stats.uuid(), stats.name(), stats.state() == GuestStats.State.RUNNING, description, sample);
    }

    /** Its memory is not looked at on purpose; nothing keeps it from being seen. */
    boolean isLeftAlone() {
        return !running || !description.obstacle().isEmpty() || sample.wishes().optedOut();
    }

    private static String obstacle(GuestStats stats, GuestDescription description, boolean busy) {
        if (stats.state() != GuestStats.State.RUNNING) {
            return "it is " + stats.state().words();
        }
        if (!description.obstacle().isEmpty()) {
            return description.obstacle();
        }
        // a guest whose job is held is skipped: without QEMU's own numbers, what it has and may have is all that is
        // told
        return busy
                        || stats.balloon().currentKib().isEmpty()
                        || stats.balloon().rssKib().isEmpty()
                ? BUSY
                : "";
    }

    private static long bytes(OptionalLong kib) {
        return kib.isEmpty() ? GuestSample.MISSING : kib.getAsLong() * KIB;
    }
}
