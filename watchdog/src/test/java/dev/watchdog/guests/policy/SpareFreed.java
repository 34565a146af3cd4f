package dev.watchdog.guests.policy;

/** How much of what an idle guest can spare is freed when somebody needs it. */
public final class SpareFreed {
    private static final long GIB = World.GIB;
    private static final long SMALL = 4 * GIB;

    private SpareFreed() {}

    /**
     * The part freed within two minutes of what the guest can spare: its usable memory less the larger of 512 MiB and a
     * tenth of its size, of a guest under 4 GiB less 15 %.
     *
     * @param size bytes
     * @param used the part of it that processes need; half of the rest is cache
     * @param host true: the host is pressed; false: a neighbour that starts on a full host needs all of it
     */
    public static double part(long size, double used, boolean host) {
        long need = (long) (size * used);
        World world = new World((host ? 2 : 1) * size + 2 * GIB);
        World.Guest idle = world.add("idle", size, size, need);
        idle.caches = (size - need) / 2;
        world.ticks(60);
        long spare = size - need - (size < SMALL ? size * 15 / 100 : Math.max(GIB / 2, size / 10));
        long before = idle.actual;
        if (host) {
            world.heat = HostSample.Heat.HOT;
        } else {
            world.add("neighbour", size + 2 * GIB, 2 * GIB, 2 * GIB + spare);
        }
        world.ticks(120);
        if (idle.swapped > 0) {
            throw new AssertionError("a guest of " + size + " swapped " + idle.swapped);
        }
        return (before - idle.actual) / (double) spare;
    }
}
