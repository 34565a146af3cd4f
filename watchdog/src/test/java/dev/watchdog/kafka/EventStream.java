package dev.watchdog.kafka;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Faults that are journalled one after the other, numbered, until it is closed. */
final class EventStream implements AutoCloseable {
    private static final int BATCH = 50;

    private final AtomicInteger written;
    private final AtomicBoolean enough = new AtomicBoolean();
    private final CompletableFuture<Void> done;

    /**
     * Begins.
     *
     * @param from the first number
     * @param pause between a batch of 50 and the next
     */
    EventStream(KafkaScene scene, int from, Duration pause) {
        written = new AtomicInteger(from);
        done = CompletableFuture.runAsync(
                () -> {
                    while (!enough.get()) {
                        scene.append(written.get(), BATCH);
                        written.addAndGet(BATCH);
                        LockSupport.parkNanos(pause.toNanos());
                    }
                },
                stream -> new Thread(stream, "stream").start());
    }

    /** Up to which number they are in the journal. */
    int written() {
        return written.get();
    }

    /** Waits until so many more are in the journal. */
    void awaitMore(int count) {
        int target = written.get() + count;
        await().atMost(KafkaScene.PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> done.isCompletedExceptionally() || written.get() >= target);
    }

    /** Ends it; fails if the journal did not take one. */
    @Override
    public void close() {
        enough.set(true);
        KafkaScene.get(done);
    }
}
