package dev.watchdog.docker;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only threads on which one engine is called: {@link #THREADS} of them, a bounded queue, and a deadline on each call
 * that counts from when it was asked for. A call past its deadline fails and is interrupted, which is what frees
 * docker-java from a hung socket (its own response timeout does nothing over Unix sockets on Java 16 and later). A thread
 * that does not even heed that is replaced, {@link #REPLACEMENTS} times at most, until it comes back.
 */
final class Calls implements AutoCloseable {
    static final int THREADS = 4;
    static final int WAITING = 1024;
    static final int REPLACEMENTS = 4;

    private static final Logger LOG = LoggerFactory.getLogger(Calls.class);
    private static final Duration IDLE = Duration.ofSeconds(30);

    private final ThreadPoolExecutor pool;
    private final ScheduledExecutorService timer;
    private final Failures failures;
    private final Duration grace;
    private final Set<Call<?>> open = ConcurrentHashMap.newKeySet();
    private int stuck;

    /**
     * Makes the pool; its threads start when first needed and end when idle.
     *
     * @param grace how long an interrupted call may take to end before its thread counts as stuck
     */
    Calls(String name, ScheduledExecutorService timer, Failures failures, Duration grace) {
        this.timer = timer;
        this.failures = failures;
        this.grace = grace;
        AtomicInteger count = new AtomicInteger();
        ThreadFactory threads = task -> {
            Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
        this.pool = new ThreadPoolExecutor(
                THREADS, THREADS, IDLE.toSeconds(), TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), threads);
        pool.allowCoreThreadTimeOut(true);
    }

    /**
     * Asks for a call.
     *
     * @param what the call's name for people
     * @param abandon frees a call that does not heed its interrupt, by closing what it waits for
     */
    <T> CompletableFuture<T> call(String what, Duration deadline, Callable<T> asked, Runnable abandon) {
        Call<T> call = new Call<>(what, deadline, asked, abandon);
        open.add(call);
        try {
            pool.execute(call);
            call.watch();
        } catch (RejectedExecutionException e) {
            call.fail(pool.isShutdown() ? failures.closed() : failures.busy());
        }
        return call.answer;
    }

    private final class Call<T> implements Runnable {
        private final String what;
        private final Duration deadline;
        private final FutureTask<T> task;
        private final Runnable abandon;
        private final CompletableFuture<T> answer = new CompletableFuture<>();
        private @Nullable Future<?> alarm;
        private boolean over;
        private boolean stuckThere;

        Call(String what, Duration deadline, Callable<T> asked, Runnable abandon) {
            this.what = what;
            this.deadline = deadline;
            this.task = new FutureTask<>(asked);
            this.abandon = abandon;
        }

        @Override
        public void run() {
            task.run();
            end();
            try {
                open.remove(this);
                answer.complete(task.get());
            } catch (ExecutionException e) {
                fail(failures.of(e));
            } catch (CancellationException | InterruptedException e) {
                fail(failures.timeout(what, deadline.toMillis()));
            }
        }

        synchronized void watch() {
            if (!over) {
                alarm = timer.schedule(this::expire, deadline.toMillis(), TimeUnit.MILLISECONDS);
            }
        }

        void fail(EngineException why) {
            open.remove(this);
            answer.completeExceptionally(why);
        }

        private void expire() {
            boolean waiting = pool.remove(this);
            task.cancel(true);
            if (!waiting) {
                var unused = timer.schedule(this::replaceIfStuck, grace.toMillis(), TimeUnit.MILLISECONDS);
            }
            fail(failures.timeout(what, deadline.toMillis()));
        }

        private void replaceIfStuck() {
            synchronized (this) {
                if (over) {
                    return;
                }
                stuckThere = true;
            }
            resize(1);
            LOG.warn("a thread is stuck in Docker call {} in spite of its interrupt; {} stuck", what, stuck());
            abandon.run();
        }

        private void end() {
            boolean back;
            synchronized (this) {
                over = true;
                back = stuckThere;
                if (alarm != null) {
                    alarm.cancel(false);
                }
            }
            if (back) {
                resize(-1);
            }
        }
    }

    private synchronized void resize(int change) {
        stuck += change;
        int size = THREADS + Math.min(stuck, REPLACEMENTS);
        if (size > pool.getMaximumPoolSize()) {
            pool.setMaximumPoolSize(size);
            pool.setCorePoolSize(size);
        } else {
            pool.setCorePoolSize(size);
            pool.setMaximumPoolSize(size);
        }
    }

    /** How many threads do not come back. */
    synchronized int stuck() {
        return stuck;
    }

    /** How many threads there are now. */
    int threads() {
        return pool.getPoolSize();
    }

    @Override
    public void close() {
        pool.shutdown();
        open.forEach(call -> call.fail(failures.closed()));
        pool.shutdownNow();
    }
}
