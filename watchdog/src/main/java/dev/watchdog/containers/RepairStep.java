package dev.watchdog.containers;

import java.util.function.Consumer;

/** The steps of a repair, in their order: told as they are done, for progress and for tests that stop there. */
enum RepairStep {
    /** About to look again. */
    BEGUN,
    /** Seen lost again, just now. */
    PROBED,
    /** A copy of the container's root mount is held, attached nowhere. */
    CLONED,
    /** The directory to put it on is open. */
    DIRECTORY_OPEN,
    /** The copy is on that directory. */
    ATTACHED,
    /** Every viewer was looked at again. */
    VERIFIED;

    static final Consumer<RepairStep> UNHEARD = step -> {};
}
