package dev.watchdog.guests.policy;

/** What a guest must keep beyond its need, scaled to its size so that a small guest can give too. Bytes. */
final class Reserve {
    private final GuestSample sample;
    private final Need learned;
    private final long age;
    private final long tick;
    private final long critical;
    private final long least;

    Reserve(GuestSample sample, Need learned, long age, long tick) {
        this.sample = sample;
        this.learned = learned;
        this.age = age;
        this.tick = tick;
        this.critical = Math.min(Limits.MOST_CRITICAL, (long) (sample.maximum() * Limits.CRITICAL_SHARE));
        this.least = Math.min(Limits.MOST_LEAST, (long) (sample.maximum() * Limits.LEAST_SHARE));
    }

    Pressure pressure(long need, double swapRate) {
        long headroom = sample.actual() - need;
        if (headroom < critical || (swapRate > Limits.SWAP_RATE && headroom < comfort(need))) {
            return Pressure.RED;
        }
        return headroom < least ? Pressure.YELLOW : Pressure.GREEN;
    }

    /** It will be nearly out of memory before a donor could have given. */
    boolean isClimbing(long need) {
        return sample.actual() - need - ahead() < critical;
    }

    /** From the freshest numbers, less the fastest rise seen lately until somebody looks again. */
    long floor(long need, long ceiling, long learnedFloor) {
        double rise = Math.min(learned.likelyRise(), learned.rise() * (age + Math.max(1_000, tick)));
        long safe = need + least + (long) rise;
        return Math.max(safe, Math.max(asked(ceiling), learnedFloor));
    }

    /** The cache that it keeps unless somebody starves: without any it reads its own programs from disk again. */
    long keptCache() {
        return Math.min(Math.max(0, sample.caches()) / 2, (long) (sample.actual() * Limits.KEPT_CACHE_SHARE));
    }

    long least() {
        return least;
    }

    long base(long need, long ceiling) {
        return Math.min(ceiling, Math.max(need + ahead(), asked(ceiling)));
    }

    /** The least that a guest with nothing left is thought to need: it cannot show more than it has. */
    long hidden(long need) {
        return sample.actual() - need < critical ? need + (long) (sample.actual() * Limits.HIDDEN_SHARE) : 0;
    }

    long comfort(long need) {
        return (long) Math.max(Math.max(2.0 * least, need * 0.1), learned.likelyRise());
    }

    /** When it last reported: it may need more than it could show then, whatever it has been given since. */
    boolean hadNothingLeft() {
        return sample.usable() < critical;
    }

    /** It swapped, or it is nearly out. */
    boolean hurt(long need, long swappedSince) {
        return swappedSince > Limits.MIB || sample.actual() - need < critical;
    }

    /** Whether a need leaves more than the critical reserve of a size. */
    boolean fits(long need, long size) {
        return need + critical < size;
    }

    /**
     * How much it will have risen when a donor has given, at its last pace and further if it has gone on so for two reports;
     * no further than it is likely to go.
     */
    private long ahead() {
        double seen = Math.min(age, 2 * tick);
        double rise =
                learned.slope() * Math.max(seen + tick, Limits.LEAD) + learned.climb() * (age - seen + Limits.LEAD);
        return (long) Math.min(rise, Math.max(learned.likelyRise(), Limits.MOST_AHEAD));
    }

    private long asked(long ceiling) {
        long floor = sample.wishes().floor();
        long wanted = floor > 0 ? floor : (long) (sample.maximum() * Limits.DEFAULT_FLOOR_SHARE);
        return Math.min(wanted, ceiling);
    }
}
