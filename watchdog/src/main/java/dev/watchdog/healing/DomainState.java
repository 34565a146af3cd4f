package dev.watchdog.healing;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Small state of a domain's own that outlives the agent: text by a key of the domain's choosing, durable in the journal's
 * state table. For what cannot be seen again; a few hundred bytes for each subject at most. Safe from any thread; futures
 * complete on the journal's threads.
 */
public interface DomainState {
    /** Keeps nothing: for a pass without a journal, and for tests. */
    DomainState NONE = new DomainState() {
        @Override
        public CompletableFuture<Map<String, String>> rows() {
            return CompletableFuture.completedFuture(Map.of());
        }

        @Override
        public CompletableFuture<Void> write(Map<String, Optional<String>> changes) {
            return CompletableFuture.completedFuture(null);
        }
    };

    /** All of it. */
    CompletableFuture<Map<String, String>> rows();

    /** Writes rows; an empty value removes one. Completes once that is on disk. */
    CompletableFuture<Void> write(Map<String, Optional<String>> changes);
}
