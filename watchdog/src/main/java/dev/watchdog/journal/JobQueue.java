package dev.watchdog.journal;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What waits for the writer, or is being written: bounded in jobs and in bytes. Safe from any thread. */
final class JobQueue {
    private final BlockingQueue<Job<?>> queue;
    private final long mostBytes;
    private final AtomicLong bytes = new AtomicLong();

    JobQueue(int mostJobs, long mostBytes) {
        this.queue = new ArrayBlockingQueue<>(mostJobs);
        this.mostBytes = mostBytes;
    }

    /** False when too much waits already. */
    boolean offer(Job<?> job) {
        long all = bytes.addAndGet(job.bytes());
        if (all <= mostBytes && queue.offer(job)) {
            return true;
        }
        bytes.addAndGet(-job.bytes());
        return false;
    }

    /** The writer need not wait any longer; one with a full queue does not. */
    void wake() {
        boolean ignored = queue.offer(new Job<>(0, (entries, recorded) -> 0L));
    }

    @Nullable Job<?> poll(Duration pause) throws InterruptedException {
        return queue.poll(pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Nullable Job<?> poll() {
        return queue.poll();
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** So many of those that were taken from it are written, or not. */
    void ended(long jobBytes) {
        bytes.addAndGet(-jobBytes);
    }

    void failAll(JournalException why) {
        for (Job<?> job = queue.poll(); job != null; job = queue.poll()) {
            bytes.addAndGet(-job.bytes());
            job.fail(why);
        }
    }
}
