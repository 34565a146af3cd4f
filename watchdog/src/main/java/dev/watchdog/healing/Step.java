package dev.watchdog.healing;

import dev.watchdog.journal.Batch;
import dev.watchdog.journal.Entry;
import dev.watchdog.journal.LedgerMark;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one turn of the healer comes to. Entries and state become durable together; the effects happen after that.
 *
 * @param changed the rows of the state that differ
 * @param pin correlations that retention must keep
 * @param unpin correlations that retention may drop
 * @param ledger which entries accept or answer a command
 * @param bookmarks rows of the readers that brought the commands
 */
record Step(
        HealerState state,
        List<Entry> entries,
        List<Effect> effects,
        Set<String> changed,
        Set<String> pin,
        Set<String> unpin,
        List<LedgerMark> ledger,
        Map<String, String> bookmarks) {
    /** True when there is something to make durable. */
    boolean writes() {
        return !entries.isEmpty() || !changed.isEmpty();
    }

    /** All of it that is to become durable. */
    Batch batch() {
        Map<String, Optional<String>> rows = new HashMap<>(StateRows.write(state, changed));
        bookmarks.forEach((key, value) -> rows.put(key, Optional.of(value)));
        return new Batch(entries, rows, pin, unpin, ledger);
    }
}
