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

    /** Seconds that a kernel takes to load the balloon's driver. */
    private static final double DRIVER_LOADS = 10;

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

    final Scenario.Role role;

    /** When it was last reset; below 0: never. */
    double rebootedAt = -1;

    /** Its host's kernel has killed it: what it would need is a deficit from then on. */
    boolean killed;

    private double outside;
    private double driverIn;

    Machine(Trace.Series series, double maximum, double actual) {
        this(series, maximum, actual, Scenario.Role.PLAIN);
    }

    Machine(Trace.Series series, double maximum, double actual, Scenario.Role role) {
        this.series = series;
        this.maximum = maximum;
        this.actual = actual;
        this.target = actual;
        this.role = role;
    }

    /** Its new kernel has all of its memory until it has loaded the balloon's driver. */
    void reboot(double time) {
        rebootedAt = time;
        driverIn = DRIVER_LOADS;
        actual = maximum;
        swappedOut = 0;
        swappedIn = 0;
        outside = 0;
    }

    void kill() {
        killed = true;
        resident = 0;
    }

    /** Whether its driver is there: only then does it report, and inflate. */
    boolean hasDriver() {
        return driverIn <= 0 && role.numbers() != Scenario.Numbers.NONE;
    }

    void use(double newDemand, double newCache) {
        demand = Math.min(maximum, newDemand);
        wantedCache = newCache;
        settle();
    }

    /** Lets time pass; adds to the deficit. */
    void pass(double seconds) {
        if (killed) {
            deficit += demand * seconds;
            return;
        }
        driverIn -= seconds;
        if (!hasDriver()) {
            settle();
            deficit += Math.max(0, demand - actual) * seconds;
            return;
        }
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

    /** MemAvailable as the kernel tells it, or as a guest that lies does. */
    double usable() {
        if (role.numbers() == Scenario.Numbers.LIES) {
            return 0;
        }
        double low = maximum * WATERMARK;
        return Math.max(0, free() - low) + cache() - Math.min(cache() / 2, low);
    }
}
