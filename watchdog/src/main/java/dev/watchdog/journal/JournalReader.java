package dev.watchdog.journal;

import dev.watchdog.journal.JournalException.Reason;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.ProgressHandler;

/**
 * Reads on a thread and a connection of its own, so that it never holds up a write. A read that is not done by its
 * deadline fails, and SQLite is made to give it up: it asks every so often whether anybody still waits.
 */
final class JournalReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JournalReader.class);

    private static final int QUEUE = 256;

    /** Steps of SQLite's virtual machine between two questions; about a millisecond. */
    private static final int PROGRESS_STEPS = 20_000;

    private static final Duration CLOSE = Duration.ofSeconds(2);

    /** One read. */
    @FunctionalInterface
    interface Read<T> {
        T from(Connection connection) throws SQLException;
    }

    private final Path directory;
    private final Connection connection;
    private final Duration deadline;
    private final ThreadPoolExecutor thread;
    private volatile @Nullable CompletableFuture<?> current;

    JournalReader(JournalOptions options, Connection connection) throws SQLException {
        this.directory = options.directory();
        this.connection = connection;
        this.deadline = options.readDeadline();
        this.thread = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(QUEUE), task -> {
            Thread reader = new Thread(task, "journal-reader");
            reader.setDaemon(true);
            return reader;
        });
        ProgressHandler.setHandler(connection, PROGRESS_STEPS, new ProgressHandler() {
            @Override
            protected int progress() {
                CompletableFuture<?> waiting = current;
                return waiting != null && waiting.isDone() ? 1 : 0;
            }
        });
    }

    <T> CompletableFuture<T> submit(Read<T> read) {
        CompletableFuture<T> inTime = new CompletableFuture<T>().orTimeout(deadline.toMillis(), TimeUnit.MILLISECONDS);
        CompletableFuture<T> answer = new CompletableFuture<>();
        CompletableFuture<T> unused = inTime.whenComplete((value, error) -> {
            if (error == null) {
                answer.complete(value);
            } else {
                answer.completeExceptionally(error instanceof TimeoutException ? late() : error);
            }
        });
        try {
            thread.execute(() -> run(read, inTime));
        } catch (RejectedExecutionException e) {
            inTime.completeExceptionally(unavailable(
                    thread.isShutdown()
                            ? "is closed; the agent is stopping"
                            : "has too many reads waiting; try later"));
        }
        return answer;
    }

    private <T> void run(Read<T> read, CompletableFuture<T> answer) {
        if (answer.isDone()) {
            return;
        }
        current = answer;
        try {
            answer.complete(read.from(connection));
        } catch (SQLException e) {
            answer.completeExceptionally(SqliteTrouble.of(e, directory));
        } catch (RuntimeException e) {
            answer.completeExceptionally(SqliteTrouble.damaged(directory, e.toString(), e));
        } finally {
            current = null;
        }
    }

    private JournalException late() {
        return unavailable("did not answer a read within " + deadline.toMillis() + " ms; ask for less at once");
    }

    private JournalException unavailable(String why) {
        return new JournalException(Reason.UNAVAILABLE, "the journal in " + directory + " " + why);
    }

    /** Ends what is being read by its deadline at the latest. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("journal: a read in {} does not end; its connection is left open", directory);
                return;
            }
            connection.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException e) {
            LOG.warn("journal: {} could not be closed cleanly: {}", directory, e.getMessage());
        }
    }
}
