package dev.watchdog.guests;

import dev.watchdog.guests.policy.HostSample.Heat;
import dev.watchdog.linux.HostMemory;
import dev.watchdog.linux.MemoryStall;
import org.jspecify.annotations.Nullable;

/**
 * How hard the host is pressed, reading by reading: heat comes at once, and goes when nothing as hot was seen for
 * {@value #QUIET} ms. Immutable and pure. Where looks are more than {@value #GAP} ms apart (a suspend), or a counter went
 * back, nothing is known of rates: heat stays as it was, and quiet counts from there on.
 *
 * @param base what rates are counted from; null before the first reading
 * @param hotAt milliseconds since boot when it was last seen hot
 * @param warmAt when it was last seen warm or hot
 */
record HostHeat(Heat heat, @Nullable HostReading base, long hotAt, long warmAt) {
    /** Tasks that wait for memory, microseconds in a second; any of them, or all at once. */
    static final long HOT_SOME = 150_000;

    static final long HOT_FULL = 50_000;
    static final long WARM_SOME = 20_000;
    /** Of the total: 5 % and 10 % available. */
    private static final long HOT_PART = 20;

    private static final long WARM_PART = 10;
    /** The host's own swapping, bytes in a second. */
    static final long HOT_SWAP = 4L << 20;

    static final long QUIET = 10_000;
    static final long GAP = 30_000;
    private static final long SECOND = 1_000;
    /** Looks that should be a second apart never are exactly. */
    private static final long WINDOW = 900;

    static final HostHeat UNSEEN = new HostHeat(Heat.COOL, null, -QUIET, -QUIET);

    /** With one more reading. */
    HostHeat next(HostReading reading) {
        Heat now = level(reading);
        if (base == null || !comparable(base, reading)) {
            long longAgo = reading.at() - QUIET;
            return new HostHeat(heat, reading, longAgo, longAgo).seen(reading, hotter(heat, now));
        }
        boolean whole = reading.at() - base.at() >= WINDOW;
        Heat worst = hotter(now, rates(base, reading));
        return new HostHeat(heat, whole ? reading : base, hotAt, warmAt).seen(reading, worst);
    }

    private HostHeat seen(HostReading reading, Heat worst) {
        long now = reading.at();
        long hot = worst == Heat.HOT ? now : hotAt;
        long warm = worst == Heat.COOL ? warmAt : now;
        Heat next = now - hot < QUIET ? Heat.HOT : now - warm < QUIET ? Heat.WARM : Heat.COOL;
        return new HostHeat(next, base, hot, warm);
    }

    /** What the reading tells by itself. */
    private static Heat level(HostReading reading) {
        HostMemory memory = reading.memory();
        if (reading.triggered() || memory.available() < memory.total() / HOT_PART) {
            return Heat.HOT;
        }
        return memory.available() < memory.total() / WARM_PART ? Heat.WARM : Heat.COOL;
    }

    private static boolean comparable(HostReading from, HostReading to) {
        long elapsed = to.at() - from.at();
        MemoryStall before = from.stall();
        MemoryStall after = to.stall();
        boolean stallsGrow =
                before == null || after == null || (after.some() >= before.some() && after.full() >= before.full());
        return elapsed >= 0
                && elapsed <= GAP
                && to.memory().swappedOut() >= from.memory().swappedOut()
                && stallsGrow;
    }

    /** Short of a second, what there was stands for the whole of it: a moment's noise makes no rate. */
    private static Heat rates(HostReading from, HostReading to) {
        long elapsed = to.at() - from.at();
        double seconds = (double) (elapsed >= WINDOW ? elapsed : SECOND) / SECOND;
        double swap = (to.memory().swappedOut() - from.memory().swappedOut()) / seconds;
        Heat bySwap = swap > HOT_SWAP ? Heat.HOT : Heat.COOL;
        MemoryStall before = from.stall();
        MemoryStall after = to.stall();
        if (before == null || after == null) {
            return bySwap;
        }
        double some = (after.some() - before.some()) / seconds;
        double full = (after.full() - before.full()) / seconds;
        if (some >= HOT_SOME || full >= HOT_FULL) {
            return Heat.HOT;
        }
        return some >= WARM_SOME ? hotter(Heat.WARM, bySwap) : bySwap;
    }

    private static Heat hotter(Heat one, Heat other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
