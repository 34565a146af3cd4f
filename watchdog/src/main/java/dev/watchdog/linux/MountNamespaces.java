package dev.watchdog.linux;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The resident threads ({@code mountns-N}): the only ones that enter foreign mount namespaces, and the ones for file
 * work that may block for ever on a dead network or FUSE file system. A thread stuck past its deadline fails its
 * future with a TimeoutException and is replaced, up to {@value #SPARE} times at once; it rejoins if it ever comes
 * back. When all are stuck, calls fail at once with a RejectedExecutionException, as they do when the queue is full.
 *
 * <p>Futures complete on a resident thread, at home: go on with the {@code …Async} methods, or be very short. Safe
 * from any thread.
 */
public final class MountNamespaces implements AutoCloseable {
    private static final int SPARE = 4;

    private final int wanted;
    private final BlockingQueue<Task<?>> queue;
    private final ScheduledThreadPoolExecutor deadlines;
    private final Set<Thread> threads = new HashSet<>();
    /** Threads that are not stuck, at work or waiting for it. */
    private int free;

    private int stuck;
    private int started;
    private boolean closed;

    /**
     * @param threads how many work at a time
     * @param queued how many may wait
     */
    public MountNamespaces(int threads, int queued) {
        wanted = threads;
        queue = new ArrayBlockingQueue<>(queued);
        deadlines = new ScheduledThreadPoolExecutor(1, work -> daemon(work, "mountns-deadlines"));
        deadlines.setRemoveOnCancelPolicy(true);
        deadlines.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        // a thread is born into the namespace of the thread that starts it: start all of them here, at home
        deadlines.prestartCoreThread();
        replenish();
    }

    /** Runs work on one resident thread, which the work may take through several namespaces and which then goes home. */
    public <T> CompletableFuture<T> visit(Duration deadline, VisitWork<T> work) {
        Task<T> task = new Task<>(work, deadline, this::becameStuck);
        synchronized (this) {
            if (closed) {
                return refused("the mountns threads are stopped");
            }
            if (free == 0) {
                return refused("all " + stuck + " mountns threads hang in the kernel: look for a dead NFS or FUSE"
                        + " mount (/proc/<pid>/task/*/stack of the agent tells where)");
            }
            if (queue.remainingCapacity() == 0) {
                return refused(queue.size() + " pieces of work wait for the mountns threads already");
            }
            // before the task can run: its deadline, once it runs, takes the task's lock and then this one
            task.timer(deadlines.schedule(task::expire, deadline.toNanos(), TimeUnit.NANOSECONDS));
            queue.add(task);
        }
        return task.future;
    }

    /** Runs work inside the mount namespace of a process. */
    public <T> CompletableFuture<T> inside(Pidfd process, Duration deadline, VisitWork<T> work) {
        return visit(deadline, visit -> {
            visit.enter(process);
            return work.run(visit);
        });
    }

    /** Runs blocking file work at home. */
    public <T> CompletableFuture<T> here(Duration deadline, Callable<T> work) {
        return visit(deadline, visit -> work.call());
    }

    /**
     * Goes through a whole repair for real, in a private namespace made for it, so that every class on that path is
     * loaded before the first foreign namespace is entered, and tells which calls work on this kernel.
     */
    public CompletableFuture<KernelAbilities> rehearse(Duration deadline) {
        Rehearsal rehearsal = new Rehearsal();
        return visit(deadline, rehearsal::run).whenComplete((done, failed) -> rehearsal.close());
    }

    /** Threads that have not come back from the kernel by their deadline. */
    public synchronized int stuck() {
        return stuck;
    }

    /** Stops the threads, interrupting their work; work that waits is refused. Does not wait for them. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            threads.forEach(Thread::interrupt);
            // deadlines of work that is running still fall
            deadlines.shutdown();
        }
        for (Task<?> task = queue.poll(); task != null; task = queue.poll()) {
            boolean ignored = task.end();
            task.future.completeExceptionally(new RejectedExecutionException("the mountns threads are stopped"));
        }
    }

    private static <T> CompletableFuture<T> refused(String why) {
        return CompletableFuture.failedFuture(new RejectedExecutionException(why));
    }

    /** The life of one resident thread. */
    private void live() {
        Visit visit = new Visit();
        try {
            boolean wanted = true;
            while (wanted) {
                Task<?> task = queue.take();
                wanted = !task.start() || perform(task, visit);
            }
        } catch (InterruptedException e) {
            // closed
        } finally {
            visit.close();
            gone(Thread.currentThread());
        }
    }

    /** Runs one task; false when the thread is to end. */
    private boolean perform(Task<?> task, Visit visit) {
        task.run(visit);
        boolean home = cameHome(visit);
        boolean late = !task.end();
        if (!home) {
            // nobody's code may run out here, nor a thread be born: a thread at home does the rest
            deadlines.execute(() -> {
                lost(late);
                task.tell();
            });
            return false;
        }
        boolean wanted = !late || rejoin();
        task.tell();
        return wanted;
    }

    private static boolean cameHome(Visit visit) {
        try {
            visit.home();
            return true;
        } catch (ErrnoException | RuntimeException e) {
            return false;
        }
    }

    private synchronized void becameStuck() {
        stuck++;
        free--;
        replenish();
    }

    /** A stuck thread has come back: true if it is wanted again. */
    private synchronized boolean rejoin() {
        stuck--;
        boolean needed = !closed && free < wanted;
        if (needed) {
            free++;
        }
        return needed;
    }

    private synchronized void lost(boolean wasStuck) {
        if (wasStuck) {
            stuck--;
        } else {
            free--;
        }
        replenish();
    }

    private synchronized void gone(Thread thread) {
        threads.remove(thread);
    }

    private synchronized void replenish() {
        while (!closed && free < wanted && free + stuck < wanted + SPARE) {
            free++;
            Thread thread = daemon(this::live, "mountns-" + ++started);
            threads.add(thread);
            thread.start();
        }
    }

    private static Thread daemon(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }
}
