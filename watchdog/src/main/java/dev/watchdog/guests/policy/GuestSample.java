package dev.watchdog.guests.policy;

/**
 * What one look at one guest told. Bytes; {@link #MISSING} where it told nothing.
 *
 * @param id its UUID: two guests may share a name
 * @param name what people call it; untrusted
 * @param actual balloon.current: what it has now
 * @param maximum the RAM that its balloon governs: libvirt's maximum without NVDIMM, virtio-pmem and SGX
 * @param usable the guest kernel's MemAvailable, at {@code lastUpdate}
 * @param caches its page cache, tmpfs included: never taken for spare
 * @param resident what QEMU holds of the host, without huge pages; MISSING when this look did not tell: what was known
 *     a moment ago holds
 * @param total the guest kernel's MemTotal at {@code lastUpdate}, which follows the balloon at once; MISSING where it does
 *     not follow (deflate-on-oom)
 * @param swappedOut bytes since boot; falls at a reboot
 * @param majorFaults since boot
 * @param lastUpdate the host's wall clock when the guest last reported, in seconds; 0: never
 * @param obstacle why it must be left alone, for a while (paused, a job is held) or for good (VFIO, huge pages); empty
 *     when nothing speaks against it
 * @param setup how it is built and was started
 */
public record GuestSample(
        String id,
        String name,
        long actual,
        long maximum,
        long usable,
        long caches,
        long resident,
        long total,
        long swappedOut,
        long swappedIn,
        long majorFaults,
        long lastUpdate,
        String obstacle,
        Wishes wishes,
        GuestSetup setup) {
    public static final long MISSING = -1;

    private static final int LONGEST_NAME = 60;

    /** Of a guest that is built plainly. */
    public GuestSample(
            String id,
            String name,
            long actual,
            long maximum,
            long usable,
            long caches,
            long resident,
            long total,
            long swappedOut,
            long swappedIn,
            long majorFaults,
            long lastUpdate,
            String obstacle,
            Wishes wishes) {
        this(
                id,
                name,
                actual,
                maximum,
                usable,
                caches,
                resident,
                total,
                swappedOut,
                swappedIn,
                majorFaults,
                lastUpdate,
                obstacle,
                wishes,
                GuestSetup.PLAIN);
    }

    public GuestSample withActual(long bytes) {
        return copy(bytes, resident, obstacle, setup);
    }

    public GuestSample withResident(long bytes) {
        return copy(actual, bytes, obstacle, setup);
    }

    public GuestSample withObstacle(String why) {
        return copy(actual, resident, why, setup);
    }

    public GuestSample withSetup(GuestSetup built) {
        return copy(actual, resident, obstacle, built);
    }

    private GuestSample copy(long newActual, long newResident, String newObstacle, GuestSetup newSetup) {
        return new GuestSample(
                id,
                name,
                newActual,
                maximum,
                usable,
                caches,
                newResident,
                total,
                swappedOut,
                swappedIn,
                majorFaults,
                lastUpdate,
                newObstacle,
                wishes,
                newSetup);
    }

    /** The same without anything but its size, because of this obstacle. */
    GuestSample unseen(String why) {
        return new GuestSample(
                id, name, actual, maximum, MISSING, MISSING, MISSING, MISSING, MISSING, MISSING, MISSING, 0, why,
                wishes, setup);
    }

    /** The name made fit for a message: one short line without tricks; its UUID when nothing is left of it. */
    public String label() {
        StringBuilder fit = new StringBuilder();
        name.strip().codePoints().limit(LONGEST_NAME).forEach(point -> {
            switch (Character.getType(point)) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.SURROGATE,
                        Character.PRIVATE_USE,
                        Character.UNASSIGNED,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR -> fit.append('?');
                default -> fit.appendCodePoint(point);
            }
        });
        return fit.isEmpty() ? id : fit.toString();
    }

    /** Why its numbers cannot be used; empty when they can. */
    String defect() {
        if (!obstacle.isEmpty()) {
            return obstacle;
        }
        if (actual <= 0 || maximum <= 0 || actual > maximum) {
            return "its size is not plausible";
        }
        if (lastUpdate <= 0) {
            return "its balloon driver has never reported";
        }
        if (usable < 0) {
            return "its balloon driver does not report usable memory";
        }
        return usable > maximum ? "it reports more usable memory than it can have" : "";
    }

    /** The most it may have. */
    long ceiling() {
        return wishes.ceiling() > 0 ? Math.min(maximum, wishes.ceiling()) : maximum;
    }
}
