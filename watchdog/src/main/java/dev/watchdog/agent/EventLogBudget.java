package dev.watchdog.agent;

import java.time.Duration;

/** How many events may go to the log: so many in each minute, the rest is counted. Confined to one thread. */
final class EventLogBudget {
    /** Below {@link LogBudget#LINES_A_MINUTE}, so that what is left out is told and not dropped in silence. */
    static final int EVENTS_A_MINUTE = 120;

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private Duration begun = Duration.ZERO;
    private int taken;
    private long leftOut;

    /** True if one more may be written now. */
    boolean take(Duration now) {
        if (now.minus(begun).compareTo(MINUTE) >= 0) {
            begun = now;
            taken = 0;
        }
        if (taken >= EVENTS_A_MINUTE) {
            leftOut++;
            return false;
        }
        taken++;
        return true;
    }

    /** How many were left out in a minute that is over; told once. */
    long leftOut(Duration now) {
        if (leftOut == 0 || now.minus(begun).compareTo(MINUTE) < 0) {
            return 0;
        }
        long count = leftOut;
        leftOut = 0;
        return count;
    }
}
