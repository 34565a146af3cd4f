package dev.watchdog.healing;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the gates say of an action that is wanted. */
sealed interface Decision {
    /** Now. */
    record Act() implements Decision {}

    /**
     * Not yet.
     *
     * @param until in time since boot when to ask again; null when only a person or a new look can change it
     */
    record Wait(String gate, String why, @Nullable Duration until) implements Decision {}

    /** Never, unless asked for anew. */
    record Refuse(String gate, String why) implements Decision {}
}
