package dev.watchdog.guests;

import dev.watchdog.healing.Action;
import java.util.function.BiConsumer;

/** The steps of a move, in their order: told as they are done, for tests that stop there. */
enum MoveStep {
    /** The healer has decided it and it is in the journal; about to look again. */
    DECIDED,
    /** Seen again just now, and still wanted. */
    LOOKED,
    /** The policy has taken note of it; libvirt has not been asked yet. */
    ORDERED,
    /** QEMU has the target; the balloon is on its way. */
    SET,
    /** The guest has what was ordered; nobody has been told yet. */
    REACHED;

    /** Nobody listens. */
    static final BiConsumer<MoveStep, Action> UNHEARD = (step, action) -> {};
}
