package dev.watchdog.journal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What becomes durable together or not at all.
 *
 * @param entries in the order they happened
 * @param state rows of the state table to write; an empty value removes the row
 * @param pin correlations that retention must keep from now on (open faults, running actions, live commands)
 * @param unpin correlations that retention may drop again
 * @param ledger which of the entries accept or answer a command
 */
public record Batch(
        List<Entry> entries,
        Map<String, Optional<String>> state,
        Set<String> pin,
        Set<String> unpin,
        List<LedgerMark> ledger) {
    public Batch {
        entries = List.copyOf(entries);
        state = Map.copyOf(state);
        pin = Set.copyOf(pin);
        unpin = Set.copyOf(unpin);
        ledger = List.copyOf(ledger);
    }

    /** What is about no command. */
    public Batch(List<Entry> entries, Map<String, Optional<String>> state, Set<String> pin, Set<String> unpin) {
        this(entries, state, pin, unpin, List.of());
    }

    /** Entries alone. */
    public static Batch of(List<Entry> entries) {
        return new Batch(entries, Map.of(), Set.of(), Set.of());
    }
}
