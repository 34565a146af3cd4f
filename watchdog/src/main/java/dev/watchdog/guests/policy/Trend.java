package dev.watchdog.guests.policy;

/** Where a need is going: it is held against what it was half a minute to a minute ago. */
record Trend(long was, long wasAt, long later, long laterAt) {
    private static final long HALF = 30_000;

    /** Sooner a slope says nothing. */
    private static final long LEAST = 10_000;

    private static final double MINUTE = 60_000;

    static Trend from(long need, long now) {
        return new Trend(need, now, need, now);
    }

    Trend with(long need, long now) {
        return now - laterAt >= HALF ? new Trend(later, laterAt, need, now) : this;
    }

    /** Bytes a minute; 0 while too little is known. */
    long perMinute(long need, long now) {
        return now - wasAt < LEAST ? 0 : (long) ((need - was) * (MINUTE / (now - wasAt)));
    }
}
