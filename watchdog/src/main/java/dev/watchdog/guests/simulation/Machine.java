package dev.watchdog.guests.simulation;

/**
 * One guest's memory. A balloon inflates at 0.95 GiB/s (256 pages a round, measured by others as HyperAlloc's baseline)
 * and deflates at 2.3; inflating takes free pages first, then droppable cache, then what processes need. What a guest has
 * touched stays resident until its balloon takes it. MiB and seconds; confined to one thread.
 */
final class Machine {
    /** MiB a second. */
    static final double INFLATES = 0.95 * 1024;

    static final double DEFLATES = 2.3 * 1024;

    /** Low watermark: MemAvailable leaves out this much free memory and, up to half of it, as much of the cache. */
    private static final double WATERMARK = 0.005;

    final Trace.Series series;
    final double maximum;
    double actual;
    double target;
    double demand;
    double wantedCache;
    double resident;
    double swappedOut;
    double swappedIn;
    double deficit;

    /** For tests: how fast its balloon moves; 0 is stuck. */
    double health = 1;

    /** For tests: its balloon gives no more below this. */
    double stop;

    private double outside;

    Machine(Trace.Series series, double maximum, double actual) {
        this.series = series;
        this.maximum = maximum;
        this.actual = actual;
        this.target = actual;
    }

    void use(double newDemand, double newCache) {
        demand = Math.min(maximum, newDemand);
        wantedCache = newCache;
        settle();
    }

    /** Lets time pass; adds to the deficit. */
    void pass(double seconds) {
        if (target < actual) {
            actual = Math.max(Math.max(target, Math.min(stop, actual)), actual - INFLATES * seconds * health);
        } else {
            actual = Math.min(target, actual + DEFLATES * seconds * health);
        }
        settle();
        deficit += Math.max(0, demand - actual) * seconds;
    }

    private void settle() {
        double lacking = Math.max(0, demand - actual);
        swappedOut += Math.max(0, lacking - outside);
        swappedIn += Math.max(0, outside - lacking);
        outside = lacking;
        resident = Math.min(actual, Math.max(resident, demand + cache()));
    }

    double cache() {
        return Math.min(wantedCache, Math.max(0, actual - demand));
    }

    double free() {
        return Math.max(0, actual - demand - cache());
    }

    /** MemAvailable as the kernel tells it. */
    double usable() {
        double low = maximum * WATERMARK;
        return Math.max(0, free() - low) + cache() - Math.min(cache() / 2, low);
    }
}
