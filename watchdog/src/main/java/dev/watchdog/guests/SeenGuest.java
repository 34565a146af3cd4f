package dev.watchdog.guests;

import dev.watchdog.guests.policy.GuestSample;
import dev.watchdog.guests.policy.GuestSetup;
import dev.watchdog.libvirt.BalloonStats;
import dev.watchdog.libvirt.GuestStats;
import dev.watchdog.linux.Moment;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * A guest as one look saw it.
 *
 * @param source the URI of its hypervisor
 * @param name as its owner chose it: not trusted, for people only
 * @param description what its XML said when it was last read
 * @param apart why it is left alone for as long as it is built so, by its XML and its process; empty when it is not
 * @param sample the same for the policy
 */
record SeenGuest(
        String source,
        UUID id,
        String name,
        boolean running,
        GuestDescription description,
        String apart,
        GuestSample sample) {
    private static final long KIB = 1024;
    private static final long SECOND = 1_000;

    /** The slowest boot: later, and for whatever reason, a guest's share is as good as its neighbours'. */
    private static final long STARTING = 300_000;

    static final String BUSY = "libvirt is busy with it at the moment";
    /** A look that says nothing: what was known a moment ago holds. */
    static final String SKIPPED = "libvirt skipped it at this look";

    static final String SILENT = "libvirt has told nothing of it for a while";
    static final String NO_STATISTICS = "its libvirt driver has no statistics of it";

    /** Whether libvirt tells a guest's numbers. */
    enum Voice {
        /** It does, or did a moment ago: a guest that it works on is skipped. */
        HEARD,
        /** It works on it for somebody else, and lets nobody set its memory now. */
        BUSY,
        /** It did, and does not any more. */
        SILENT,
        /** It never did, for longer than it works on a guest that starts. */
        NEVER
    }

    static SeenGuest of(
            String source, GuestStats stats, GuestDescription description, Voice voice, GuestsSettings settings) {
        BalloonStats balloon = stats.balloon();
        long maximum = ram(balloon.maximumKib(), description);
        // without a driver libvirt says that the guest has its maximum, NVDIMM and all
        long current = bytes(balloon.currentKib());
        long actual = maximum < 0 ? current : Math.min(current, maximum);
        GuestSample sample = new GuestSample(
                stats.uuid().toString(),
                stats.name(),
                actual,
                maximum,
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
                obstacle(stats, description, voice),
                settings.wishes(stats.name(), description));
        return new SeenGuest(
                source,
                stats.uuid(),
                stats.name(),
                stats.state() == GuestStats.State.RUNNING,
                description,
                description.isRead() ? description.obstacle() : "",
                sample);
    }

    /** The same with what its process and its start tell. */
    SeenGuest with(Placement placement, GuestSetup.Start start) {
        String found = placement.obstacle();
        String why = apart.isEmpty() || found.isEmpty() ? apart + found : apart + "; " + found;
        GuestSetup setup = new GuestSetup(
                placement.limits(),
                description.statsPeriod() * SECOND,
                description.backing().hugePages() || placement.hugePages(),
                start);
        GuestSample seen = sample.obstacle().isEmpty() ? sample.withObstacle(found) : sample;
        return new SeenGuest(
                source,
                id,
                name,
                running,
                description,
                why,
                resident(seen, placement).withSetup(setup));
    }

    /** On purpose: by how it is built, because its owner or the operator asked for it, or it is off. It is not unseen then. */
    boolean isLeftAlone() {
        return !running || !apart.isEmpty() || sample.wishes().optedOut();
    }

    /** It was seen to start or to be reset, and its driver has not reported since. */
    boolean isBooting(Moment now) {
        long start = sample.setup().start().at();
        long startWall = now.wall().toEpochMilli() - now.sinceBoot().toMillis() + start;
        return start >= 0 && sample.lastUpdate() * SECOND <= startWall;
    }

    /** It was seen to start or to be reset a moment ago. */
    boolean isStarting(Moment now) {
        long start = sample.setup().start().at();
        return start >= 0 && now.sinceBoot().toMillis() - start < STARTING;
    }

    /** What it maps of NVDIMM's files is the host's page cache, not the guest's memory. */
    private GuestSample resident(GuestSample seen, Placement placement) {
        long beside = description.backing().beside();
        if (beside == 0 || seen.resident() <= 0) {
            return seen;
        }
        long mapped = placement.files() < 0 ? Math.max(0, seen.resident() - seen.maximum()) : placement.files();
        return seen.withResident(seen.resident() - Math.min(beside, Math.min(mapped, seen.resident())));
    }

    private static String obstacle(GuestStats stats, GuestDescription description, Voice voice) {
        if (stats.state() != GuestStats.State.RUNNING) {
            return "it is " + stats.state().words();
        }
        if (!description.obstacle().isEmpty()) {
            return description.obstacle();
        }
        return switch (voice) {
            case HEARD -> stats.balloon().isTold() ? "" : SKIPPED;
            case BUSY -> BUSY;
            case SILENT -> SILENT;
            case NEVER -> NO_STATISTICS;
        };
    }

    /** The most that its balloon governs. */
    private static long ram(OptionalLong maximumKib, GuestDescription description) {
        long maximum = bytes(maximumKib);
        return maximum < 0
                ? maximum
                : Math.max(0, maximum - description.backing().beside());
    }

    private static long bytes(OptionalLong kib) {
        return kib.isEmpty() ? GuestSample.MISSING : kib.getAsLong() * KIB;
    }
}
