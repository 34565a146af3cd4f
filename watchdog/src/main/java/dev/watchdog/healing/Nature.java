package dev.watchdog.healing;

/** What it means when a {@link FaultKind} is found. */
public enum Nature {
    /** Something broke. Losing it again and again is a fault of its own: the flapping gate then asks a person. */
    BREAKAGE,
    /** Something that comes back by its nature, such as a guest that is short of memory: it never flaps. */
    RECURRING,
    /**
     * Nothing is wrong, but an action would make it better. Only its actions are told, never that it came or went, and
     * it is listed with no faults. It is taken up when its action may start at once, or is put before a person, which
     * happens once in a flapping window at most; when any other gate holds it, nothing is written.
     */
    WISH
}
