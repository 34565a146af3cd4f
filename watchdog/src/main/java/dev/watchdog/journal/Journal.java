package dev.watchdog.journal;

import dev.watchdog.events.Event;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;

/**
 * The append-only log. Safe to call from any thread; futures complete on the journal's own threads, so callers hop to
 * their own context before they touch anything. All futures fail with {@link JournalException}.
 */
public interface Journal extends AutoCloseable {
    /** The CloudEvents source of every entry: {@code /hosts/<host id>/<journal id>}. */
    String source();

    /** The journal's own id, eight hex digits made when the journal was; the prefix of ids that must be unique. */
    String id();

    /** Makes a batch durable; completes once it is on disk. Batches keep the order of the calls. */
    CompletableFuture<List<Event>> append(Batch batch);

    /** All rows of the state table. */
    CompletableFuture<Map<String, String>> state();

    /** The entries that match, oldest first. */
    CompletableFuture<List<Event>> read(Query query);

    /** What the ledger knows of the command of this sender and id; empty when it was never accepted nor answered. */
    CompletableFuture<Optional<LedgerRow>> command(String source, String id);

    /**
     * True when the ledger holds so many commands that could still be carried out that no further one with an expiry
     * should be accepted: more than 110,000.
     */
    boolean ledgerFull();

    /** What time it is for all that expires: a wall clock that is set does not change it. */
    TrustedTime time();

    /**
     * When this journal was made, by the wall clock: of what was asked for before it may know nothing. The beginning of
     * time for one that was made by an agent which did not write it down.
     */
    Instant created();

    /** Up to which id this reader has read; 0 for one that is not known. */
    CompletableFuture<Long> cursor(String reader);

    /** Remembers how far a reader has come; never goes back. */
    CompletableFuture<Void> advance(String reader, long id);

    /** The highest id that is durable; 0 when there is none. */
    long last();

    /** False while writing fails; reading goes on. The journal finds out by itself when it can write again. */
    boolean writable();

    /**
     * Calls back with the highest durable id after each commit, on the journal's thread: be short.
     *
     * @return takes the listener away again
     */
    Runnable listen(LongConsumer listener);

    /** Finishes what was accepted, then closes. Waits at most a few seconds. */
    @Override
    void close();
}
