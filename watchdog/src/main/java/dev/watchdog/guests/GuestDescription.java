package dev.watchdog.guests;

import java.util.List;

/**
 * What a guest's XML says about its memory.
 *
 * @param balloon whether it has a virtio balloon device; whether a driver in the guest serves it is not known here
 * @param autodeflate whether its balloon gives memory back when the guest is out of it
 * @param statsPeriod seconds between two reports of the balloon's driver; 0: it is not asked
 * @param obstacles what speaks against moving its memory for as long as it is built so, each one line for people
 * @param wishes what its owner asked for in its metadata
 * @param backing where its memory comes from
 * @param hint what its owner should know of a guest of its kind, in one line; empty when there is nothing
 */
record GuestDescription(
        boolean balloon,
        boolean autodeflate,
        int statsPeriod,
        List<String> obstacles,
        MemoryWishes wishes,
        MemoryBacking backing,
        String hint) {
    /** Of a guest whose XML was not read yet. */
    static final GuestDescription UNREAD =
            new GuestDescription(false, false, -1, List.of("its description has not been read yet"), MemoryWishes.NONE);

    GuestDescription {
        obstacles = List.copyOf(obstacles);
    }

    /** Of one whose memory is the host's ordinary memory. */
    GuestDescription(
            boolean balloon, boolean autodeflate, int statsPeriod, List<String> obstacles, MemoryWishes wishes) {
        this(balloon, autodeflate, statsPeriod, obstacles, wishes, MemoryBacking.ORDINARY, "");
    }

    /** Reads it from a domain's live XML; XML that cannot be read is an obstacle. Never fails. */
    static GuestDescription of(String xml) {
        return GuestXml.read(xml);
    }

    boolean isRead() {
        return !equals(UNREAD);
    }

    /** As one line; empty when nothing speaks against it. */
    String obstacle() {
        return String.join("; ", obstacles);
    }
}
