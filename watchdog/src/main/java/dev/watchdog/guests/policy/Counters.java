package dev.watchdog.guests.policy;

/**
 * What a guest's kernel counts since its boot, and its usual rate of major faults. A counter that a report leaves out
 * keeps its value.
 *
 * @param out bytes swapped out
 * @param in bytes swapped in
 * @param faults major page faults
 * @param usual faults a second over about ten minutes; below 0 while unknown
 * @param sudden whether the last report showed many more than usual
 */
record Counters(long out, long in, long faults, double usual, boolean sudden) {
    static Counters first(GuestSample sample) {
        return new Counters(
                Math.max(0, sample.swappedOut()),
                Math.max(0, sample.swappedIn()),
                Math.max(0, sample.majorFaults()),
                -1,
                false);
    }

    /** Of a life that is over: any count is behind these. */
    Counters ended() {
        return new Counters(Long.MAX_VALUE, in, faults, usual, sudden);
    }

    /** Whether the guest has begun a new life: its counters start again at a reboot. */
    boolean restarted(GuestSample sample) {
        return !isOver() && (fell(sample.swappedOut(), out) || fell(sample.majorFaults(), faults));
    }

    /** Whether somebody told that this life has ended. */
    boolean isOver() {
        return out == Long.MAX_VALUE;
    }

    /** After a new report, {@code elapsed} milliseconds after the last one. */
    Counters next(GuestSample sample, double elapsed) {
        double rate = since(sample.majorFaults(), faults) * 1_000.0 / elapsed;
        boolean many = rate > Limits.MANY_FAULTS && usual >= 0 && rate > Limits.SUDDEN_FAULTS * usual;
        double left = Limits.fade(1, elapsed, Limits.FAULTS_HALF_LIFE);
        double learned = usual < 0 ? rate : usual * left + rate * (1 - left);
        return new Counters(
                latest(sample.swappedOut(), out),
                latest(sample.swappedIn(), in),
                latest(sample.majorFaults(), faults),
                learned,
                many);
    }

    private static boolean fell(long now, long before) {
        return now >= 0 && now < before;
    }

    static long since(long now, long before) {
        return now < 0 ? 0 : Math.max(0, now - before);
    }

    private static long latest(long now, long before) {
        return now < 0 ? before : now;
    }
}
