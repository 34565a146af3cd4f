package dev.watchdog.healing;

import dev.watchdog.journal.Entry;
import java.util.List;
import java.util.Set;

/**
 * What one turn of the healer comes to. Entries and state become durable together; the effects happen after that.
 *
 * @param changed the rows of the state that differ
 * @param pin correlations that retention must keep
 * @param unpin correlations that retention may drop
 */
record Step(
        HealerState state,
        List<Entry> entries,
        List<Effect> effects,
        Set<String> changed,
        Set<String> pin,
        Set<String> unpin) {
    /** True when there is something to make durable. */
    boolean writes() {
        return !entries.isEmpty() || !changed.isEmpty();
    }
}
