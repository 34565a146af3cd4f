package dev.watchdog.guests;

import dev.watchdog.guests.policy.HostSample.Heat;
import dev.watchdog.linux.MemoryStall;
import org.jspecify.annotations.Nullable;

/**
 * How much is waited for memory, reading by reading, on the host or in a control group. Immutable and pure. Where looks are
 * more than {@value #GAP} ms apart (a suspend), or a counter went back, nothing is known of rates: heat stays as it was, and
 * quiet counts from there on.
 *
 * @param base what rates are counted from; null before the first reading
 */
record StallHeat(HeatState state, @Nullable StallReading base) {
    /** Tasks that wait for memory, microseconds in a second; any of them, or all at once. */
    static final long HOT_SOME = 150_000;

    static final long HOT_FULL = 50_000;
    static final long WARM_SOME = 20_000;

    /** The host's own swapping, bytes in a second. */
    static final long HOT_SWAP = 4L << 20;

    static final long GAP = 30_000;
    private static final long SECOND = 1_000;

    /** Looks that should be a second apart never are exactly. */
    private static final long WINDOW = 900;

    static final StallHeat UNSEEN = new StallHeat(HeatState.UNSEEN, null);

    Heat heat() {
        return state.heat();
    }

    /** With one more reading. */
    StallHeat next(StallReading reading) {
        Heat now = reading.triggered() ? Heat.HOT : Heat.COOL;
        if (base == null || !comparable(base, reading)) {
            return new StallHeat(state.interrupted(reading.at(), now), reading);
        }
        boolean whole = reading.at() - base.at() >= WINDOW;
        Heat worst = HeatState.hotter(now, rates(base, reading));
        return new StallHeat(state.seen(reading.at(), worst), whole ? reading : base);
    }

    private static boolean comparable(StallReading from, StallReading to) {
        long elapsed = to.at() - from.at();
        MemoryStall before = from.stall();
        MemoryStall after = to.stall();
        boolean stallsGrow =
                before == null || after == null || (after.some() >= before.some() && after.full() >= before.full());
        return elapsed >= 0 && elapsed <= GAP && to.swappedOut() >= from.swappedOut() && stallsGrow;
    }

    /** Short of a second, what there was stands for the whole of it: a moment's noise makes no rate. */
    private static Heat rates(StallReading from, StallReading to) {
        long elapsed = to.at() - from.at();
        double seconds = (double) (elapsed >= WINDOW ? elapsed : SECOND) / SECOND;
        double swap = (to.swappedOut() - from.swappedOut()) / seconds;
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
        return some >= WARM_SOME ? HeatState.hotter(Heat.WARM, bySwap) : bySwap;
    }
}
