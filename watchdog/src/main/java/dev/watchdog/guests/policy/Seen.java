package dev.watchdog.guests.policy;

import org.jspecify.annotations.Nullable;

/**
 * What the last looks saw of a guest.
 *
 * @param sample as it was last in a sight
 * @param resident the last that a look told
 * @param size what the guest had at that look
 * @param at milliseconds since boot when it was last in a sight
 * @param samples reports in its life
 * @param reportedAt milliseconds since boot when last-update last moved
 * @param clearAt when nothing last spoke against moving its memory; below 0: never in its life
 */
record Seen(
        GuestSample sample,
        long resident,
        long size,
        long at,
        int samples,
        long lastUpdate,
        long reportedAt,
        long clearAt) {
    /** @param last of its life before; null when it is new */
    static Seen first(GuestSample sample, @Nullable Seen last, boolean reported, long now) {
        long clear = sample.defect().isEmpty() ? now : -1;
        long resident = Math.max(0, sample.resident());
        long size = sample.actual();
        if (last != null && sample.resident() < 0) {
            resident = last.resident();
            size = last.size();
        }
        long update = sample.lastUpdate() <= 0 && last != null ? last.lastUpdate() : sample.lastUpdate();
        return new Seen(sample, resident, size, now, reported ? 1 : 0, update, now, clear);
    }

    Seen next(GuestSample newer, boolean reported, long now) {
        boolean clear = newer.defect().isEmpty();
        return new Seen(
                newer,
                newer.resident() < 0 ? resident : newer.resident(),
                newer.resident() < 0 ? size : newer.actual(),
                now,
                samples + (reported ? 1 : 0),
                newer.lastUpdate() > 0 && clear ? newer.lastUpdate() : lastUpdate,
                reported ? now : reportedAt,
                clear ? now : clearAt);
    }

    /** What it holds of the host's memory that is a guest's: QEMU's own is not. Nothing while it is in huge pages. */
    long residentRam() {
        return sample.setup().hugePages() ? 0 : Math.min(resident, Math.max(0, sample.actual()));
    }

    /** It has grown, and nobody has told how much of that is there: until then it may be counted as others' use. */
    boolean isOutgrown() {
        return sample.resident() < 0 && sample.actual() > size + Limits.DRIFT;
    }

    /** What QEMU was seen to hold beside the guest's memory, as far as that shows. */
    long overhead() {
        return Math.max(0, resident - Math.max(0, size));
    }
}
