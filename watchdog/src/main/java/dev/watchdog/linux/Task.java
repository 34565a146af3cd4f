package dev.watchdog.linux;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One piece of work for a resident thread, and who gets to end it first: the thread or the deadline. */
final class Task<T> {
    private enum State {
        QUEUED,
        RUNNING,
        ENDED
    }

    /** What the work gave, kept until the thread is home again. */
    private record Outcome<T>(@Nullable T value, @Nullable Throwable failure) {}

    final CompletableFuture<T> future = new CompletableFuture<>();
    private final VisitWork<T> work;
    private final Duration deadline;
    private final Runnable onStuck;
    private State state = State.QUEUED;
    private @Nullable Future<?> timer;
    private @Nullable Outcome<T> outcome;

    Task(VisitWork<T> work, Duration deadline, Runnable onStuck) {
        this.work = work;
        this.deadline = deadline;
        this.onStuck = onStuck;
    }

    synchronized void timer(Future<?> started) {
        timer = started;
    }

    /** False when the deadline came first or nobody waits any more: then it is not to be run. */
    synchronized boolean start() {
        if (state != State.QUEUED || future.isDone()) {
            state = State.ENDED;
            stopTimer();
            return false;
        }
        state = State.RUNNING;
        return true;
    }

    void run(Visit visit) {
        try {
            outcome = new Outcome<>(work.run(visit), null);
        } catch (Throwable e) {
            outcome = new Outcome<>(null, e);
        }
    }

    /** Called when the work has run; false when the deadline came first, and the thread was taken for stuck. */
    synchronized boolean end() {
        boolean inTime = state == State.RUNNING;
        state = State.ENDED;
        stopTimer();
        return inTime;
    }

    /** Tells who waits. A result nobody takes any more is closed if it can be. */
    @SuppressWarnings("NullAway") // a work of @Nullable T gives null, and its future then holds null
    void tell() {
        Outcome<T> result = outcome;
        if (result == null) {
            return;
        }
        if (result.failure != null) {
            future.completeExceptionally(result.failure);
        } else if (!future.complete(result.value) && result.value instanceof AutoCloseable unwanted) {
            try {
                unwanted.close();
            } catch (Exception e) {
                future.completeExceptionally(e);
            }
        }
    }

    /** The deadline has come. */
    void expire() {
        String why;
        synchronized (this) {
            if (state == State.ENDED) {
                return;
            }
            boolean running = state == State.RUNNING;
            state = State.ENDED;
            why = running ? "the kernel has not answered for " : "no mountns thread was free for ";
            if (running) {
                onStuck.run();
            }
        }
        future.completeExceptionally(new TimeoutException(why + deadline.toMillis() + " ms"));
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
