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

    /** After a look at it: who has it all again, and is to keep it, is owed nothing. */
    private Debt seen(long stays) {
        return whole > 0 && stays >= whole - Limits.CLOSE ? settled() : this;
    }

    /** Somebody else chose its size: nothing is owed any more. */
    Debt settled() {
        return whole == 0 ? this : new Debt(0, in, until);
    }

    /** @param target what it was last ordered to have: a balloon that has not begun to give still has it all */
    Debt next(GuestSample sample, long target, boolean foreign, long now) {
        long stays = Math.min(sample.actual(), target);
        boolean takesPart = sample.wishes().optedIn();
        if (foreign) {
            return new Debt(0, takesPart, until);
        }
        if (takesPart == in) {
            return seen(stays);
        }
        return new Debt(whole, takesPart, takesPart ? until : now + Limits.RELEASE_TIME).seen(stays);
    }

    /** Whether it has stopped to take part and is to have its memory back now. */
    boolean isDue(long now) {
        return !in && whole > 0 && now < until;
    }
}
