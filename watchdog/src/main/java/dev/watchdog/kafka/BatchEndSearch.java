package dev.watchdog.kafka;

/**
 * Looks for the end of a batch that is too large to be fetched, and so to be looked at: whoever asks for any offset in it
 * is given the whole. Doubles the step until an offset is not in it any more, and halves the rest. What lies between two
 * such batches may be passed over with them. Not thread safe.
 */
final class BatchEndSearch {
    private final long first;

    /** The highest offset known to be in it. */
    private long inside;

    /** The lowest offset known to be behind it; -1 while none is. */
    private long behind = -1;

    private long step = 1;

    /** @param first the offset at which it could not be fetched */
    BatchEndSearch(long first) {
        this.first = first;
        this.inside = first;
    }

    /** Where it began to be in the way. */
    long first() {
        return first;
    }

    /** What to try next. */
    long next() {
        return behind < 0 ? inside + step : inside + (behind - inside) / 2;
    }

    /** What was tried is in it, too. */
    void tooLarge() {
        inside = next();
        step *= 2;
    }

    /** What was tried can be fetched, or is not there yet. */
    void fetched() {
        behind = next();
    }

    /** True when its end is known. */
    boolean done() {
        return behind >= 0 && behind - inside == 1;
    }

    /** The first offset behind it. */
    long end() {
        return behind;
    }
}
