package dev.watchdog.journal;

import java.sql.SQLException;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Something waiting to be written, and who waits for it.
 *
 * @param <T> what they get once it is durable
 */
final class Job<T> {
    /** Writes inside the open transaction. */
    @FunctionalInterface
    interface Work<T> {
        T write(EntryStore store, Instant recorded) throws SQLException;
    }

    private final Work<T> work;
    private final long bytes;
    private final CompletableFuture<T> future = new CompletableFuture<>();
    private @Nullable T result;

    Job(long bytes, Work<T> work) {
        this.bytes = bytes;
        this.work = work;
    }

    long bytes() {
        return bytes;
    }

    CompletableFuture<T> future() {
        return future;
    }

    void write(EntryStore store, Instant recorded) throws SQLException {
        result = work.write(store, recorded);
    }

    /** It is durable now. */
    void done() {
        future.complete(result);
    }

    void fail(JournalException why) {
        future.completeExceptionally(why);
    }
}
