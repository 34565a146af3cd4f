package dev.watchdog.healing;

import dev.watchdog.journal.Batch;
import dev.watchdog.journal.Journal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A domain's rows among those of the journal's state table, beside the healer's own. */
public final class JournalState implements DomainState {
    private final Journal journal;
    private final String prefix;

    /** @param domain its name, which its rows are kept under */
    public JournalState(Journal journal, String domain) {
        this.journal = journal;
        this.prefix = "domain " + domain + " ";
    }

    @Override
    public CompletableFuture<Map<String, String>> rows() {
        return journal.state().thenApply(all -> {
            Map<String, String> mine = new HashMap<>();
            all.forEach((key, value) -> {
                if (key.startsWith(prefix)) {
                    mine.put(key.substring(prefix.length()), value);
                }
            });
            return mine;
        });
    }

    @Override
    public CompletableFuture<Void> write(Map<String, Optional<String>> changes) {
        Map<String, Optional<String>> rows = new HashMap<>();
        changes.forEach((key, value) -> rows.put(prefix + key, value));
        return journal.append(new Batch(List.of(), rows, Set.of(), Set.of())).thenApply(written -> null);
    }
}
