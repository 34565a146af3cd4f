package dev.watchdog.healing;

import dev.watchdog.events.Evidence;
import java.time.Duration;
import java.util.Map;

/** How an action ended. A repair that was not verified is a failure. */
public sealed interface Outcome {
    /**
     * Done, and proved by the probe that found the fault.
     *
     * @param proved when, in time since boot: what was seen before that is out of date
     */
    record Succeeded(Evidence result, Map<String, Long> micros, Duration proved) implements Outcome {
        public Succeeded {
            micros = Map.copyOf(micros);
        }
    }

    /** Looked at again just before acting, it needed nothing. */
    record Unneeded(String why) implements Outcome {}

    /** The subject went away; what had been done was taken back. */
    record Gone(String why) implements Outcome {}

    /** It did not work and nothing of it is left. */
    record Undone(String why) implements Outcome {}

    /** It did not work. */
    record Failed(String why) implements Outcome {}
}
