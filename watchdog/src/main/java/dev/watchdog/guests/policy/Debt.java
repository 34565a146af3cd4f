package dev.watchdog.guests.policy;

/**
 * What was taken from a guest and is owed to it for as long as it takes part.
 *
 * @param whole bytes that it had before anything was taken; 0: nothing is owed
 * @param in whether it took part when it was last seen
 * @param until milliseconds since boot until when it is given back after it has stopped to take part
 */
record Debt(long whole, boolean in, long until) {
    static Debt first(GuestSample sample) {
        long whole = sample.setup().start().kept().whole();
        return new Debt(whole, sample.wishes().optedIn(), 0).seen(sample.actual());
    }

    Debt taken(long had) {
        return whole > 0 ? this : new Debt(had, in, until);
    }

    /** After a look at it: who has it all again is owed nothing. */
    private Debt seen(long actual) {
        return whole > 0 && actual >= whole - Limits.CLOSE ? new Debt(0, in, until) : this;
    }

    Debt next(GuestSample sample, boolean foreign, long now) {
        boolean takesPart = sample.wishes().optedIn();
        if (takesPart == in && !foreign) {
            return seen(sample.actual());
        }
        long end = in && !takesPart ? now + Limits.RELEASE_TIME : until;
        return new Debt(foreign ? 0 : whole, takesPart, end).seen(sample.actual());
    }

    /** Whether it has stopped to take part and is to have its memory back now. */
    boolean isDue(long now) {
        return !in && whole > 0 && now < until;
    }
}
