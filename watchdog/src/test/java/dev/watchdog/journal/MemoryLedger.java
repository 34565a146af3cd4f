package dev.watchdog.journal;

import dev.watchdog.events.Event;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The ledger of a journal in memory. */
public final class MemoryLedger {
    private final Map<String, LedgerRow> rows = new HashMap<>();

    /** Takes the batch's marks, given what its entries became. */
    public synchronized void write(Batch batch, List<Event> written) {
        for (LedgerMark mark : batch.ledger()) {
            LedgerRow known = rows.get(key(mark.source(), mark.id()));
            Event answer = known == null ? null : known.answer();
            if (answer == null && mark.answer()) {
                answer = written.get(mark.entry());
            }
            rows.put(
                    key(mark.source(), mark.id()),
                    new LedgerRow(mark.source(), mark.id(), mark.digest(), mark.keepUntil(), answer));
        }
    }

    /** What {@link Journal#command} answers. */
    public synchronized Optional<LedgerRow> find(String source, String id) {
        return Optional.ofNullable(rows.get(key(source, id)));
    }

    private static String key(String source, String id) {
        return source + " " + id;
    }
}
