package dev.watchdog.libvirt;

import dev.watchdog.libvirt.LibvirtException.Reason;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The only threads on which one connection is used, {@link #THREADS} at most. A call into libvirt cannot be interrupted:
 * past its deadline its future fails and its thread is left to it until libvirt lets go (keep-alive sees to that after 20
 * s). When every thread is so held, calls fail at once. A call that waited past its deadline is never begun.
 */
final class Pool implements AutoCloseable {
    static final int THREADS = 3;
    private static final int WAITING = 256;
    private static final int IDLE_SECONDS = 30;

    private final ThreadPoolExecutor threads;
    private final ScheduledExecutorService timer;
    private final Set<Call<?>> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger overdue = new AtomicInteger();

    Pool(String name, ScheduledExecutorService timer) {
        this.timer = timer;
        AtomicInteger count = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(
                THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), task -> {
                    Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /** A call whose deadline runs from now; what it does is given later, to {@link Call#begin}. */
    <T> Call<T> prepare(String what, Duration deadline) {
        Call<T> call = new Call<>(what, deadline);
        open.add(call);
        try {
            call.alarm = timer.schedule(call::expire, deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            call.fail(closed());
        }
        return call;
    }

    /** Work without a caller, as opening and closing; false after {@link #close}. */
    boolean background(Runnable work) {
        try {
            threads.execute(work);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    /** How many threads libvirt has not given back in time. */
    int overdue() {
        return overdue.get();
    }

    /** What waits in the background is still done, then the threads end. */
    @Override
    public void close() {
        open.forEach(call -> call.fail(closed()));
        threads.shutdown();
    }

    static LibvirtException closed() {
        return new LibvirtException(Reason.CLOSED, "the libvirt client was closed");
    }

    final class Call<T> implements Runnable {
        final CompletableFuture<T> answer = new CompletableFuture<>();
        private final String what;
        private final Duration deadline;
        private volatile @org.jspecify.annotations.Nullable Future<?> alarm;
        private volatile @org.jspecify.annotations.Nullable Callable<T> asked;
        private boolean begun;
        private boolean late;

        Call(String what, Duration deadline) {
            this.what = what;
            this.deadline = deadline;
        }

        void begin(Callable<T> work) {
            asked = work;
            if (overdue() >= THREADS) {
                fail(new LibvirtException(
                        Reason.HUNG,
                        "libvirt cannot " + what + ": " + THREADS
                                + " calls hang in it; see whether libvirtd is stopped"));
                return;
            }
            try {
                threads.execute(this);
            } catch (RejectedExecutionException e) {
                fail(
                        threads.isShutdown()
                                ? closed()
                                : new LibvirtException(
                                        Reason.HUNG,
                                        "libvirt cannot " + what + ": " + WAITING + " calls wait already"));
            }
        }

        @Override
        public void run() {
            Callable<T> work = asked;
            synchronized (this) {
                if (answer.isDone() || work == null) {
                    return;
                }
                begun = true;
            }
            T result = null;
            LibvirtException failure = null;
            try {
                result = work.call();
            } catch (LibvirtException e) {
                failure = e;
            } catch (Exception | UnsatisfiedLinkError e) {
                failure =
                        new LibvirtException(Reason.MISSING, "libvirt cannot " + what + ": " + Text.line(e.toString()));
            }
            end();
            if (failure != null) {
                fail(failure);
            } else {
                settle();
                answer.complete(result);
            }
        }

        void fail(LibvirtException why) {
            settle();
            answer.completeExceptionally(why);
        }

        private void settle() {
            open.remove(this);
            Future<?> set = alarm;
            if (set != null) {
                set.cancel(false);
            }
        }

        private synchronized void end() {
            begun = false;
            if (late) {
                overdue.decrementAndGet();
            }
        }

        private void expire() {
            synchronized (this) {
                if (answer.isDone()) {
                    return;
                }
                if (begun) {
                    late = true;
                    overdue.incrementAndGet();
                }
                open.remove(this);
            }
            threads.remove(this);
            answer.completeExceptionally(new LibvirtException(
                    Reason.TIMEOUT,
                    "libvirt did not " + what + " within " + deadline.toMillis() + " ms; see whether libvirtd hangs"));
        }
    }
}
