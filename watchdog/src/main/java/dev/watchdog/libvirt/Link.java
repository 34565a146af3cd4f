package dev.watchdog.libvirt;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection kept open for ever from its first use: lost or not to be had, it is tried again with doubling waits.
 * There is never more than one attempt, so a daemon that accepts and says nothing holds one thread.
 */
final class Link implements AutoCloseable {
    private final String uri;
    private final boolean readOnly;
    private final LibvirtHypervisor.Timing timing;
    private final ScheduledExecutorService timer;
    private final Pool pool;
    private final Told told;
    private @Nullable CompletableFuture<Connection> attempt;
    private long wait;
    private boolean closed;

    /** What becomes of the link; calls never overlap, come under its lock and must not block. */
    interface Told {
        /** Open; on a thread of the pool, before any call. */
        void opened();

        void event(GuestEvent event);

        void lost(LibvirtException why);
    }

    /** One call on an open connection; blocks. */
    interface Asked<T> {
        T of(Connection connection) throws Exception;
    }

    Link(
            String name,
            String uri,
            boolean readOnly,
            LibvirtHypervisor.Timing timing,
            ScheduledExecutorService timer,
            Told told) {
        this.uri = uri;
        this.readOnly = readOnly;
        this.timing = timing;
        this.timer = timer;
        this.pool = new Pool(name, timer);
        this.told = told;
        this.wait = timing.firstRetry().toMillis();
    }

    <T> CompletableFuture<T> call(String what, Duration deadline, Asked<T> asked) {
        Pool.Call<T> call = pool.prepare(what, deadline);
        var unused = attempt().whenComplete((connection, failure) -> {
            if (failure instanceof LibvirtException why) {
                call.fail(why);
            } else {
                call.begin(() -> use(connection, asked));
            }
        });
        return call.answer;
    }

    private static <T> T use(Connection connection, Asked<T> asked) throws Exception {
        if (!connection.take()) {
            throw cut();
        }
        try {
            return asked.of(connection);
        } finally {
            connection.release();
        }
    }

    /** Begins the first attempt if there was none. */
    synchronized CompletableFuture<Connection> attempt() {
        if (attempt == null) {
            attempt = new CompletableFuture<>();
            CompletableFuture<Connection> first = attempt;
            if (closed || !pool.background(() -> open(first))) {
                first.completeExceptionally(Pool.closed());
            }
        }
        return attempt;
    }

    private void open(CompletableFuture<Connection> mine) {
        Connection connection = null;
        LibvirtException failure = null;
        try {
            connection = Connection.open(uri, readOnly, () -> lost(mine, cut()));
            if (readOnly) {
                Consumer<GuestEvent> tell = event -> event(mine, event);
                connection.follow(tell);
            }
        } catch (LibvirtException e) {
            failure = e;
        } catch (RuntimeException | UnsatisfiedLinkError e) {
            failure = new LibvirtException(
                    LibvirtException.Reason.MISSING,
                    "libvirt cannot connect: " + Text.line(e.toString()) + "; it needs libvirt 6.0 or later");
        }
        if (failure != null || connection == null) {
            if (connection != null) {
                connection.retire();
            }
            lost(mine, failure == null ? cut() : failure);
            return;
        }
        boolean mineStill;
        synchronized (this) {
            mineStill = !closed && mine == attempt;
            if (mineStill) {
                told.opened();
                wait = timing.firstRetry().toMillis();
            }
        }
        if (mineStill) {
            mine.complete(connection);
        } else {
            mine.completeExceptionally(cut());
            connection.retire();
        }
    }

    private synchronized void event(CompletableFuture<Connection> mine, GuestEvent event) {
        if (mine == attempt && !closed) {
            told.event(event);
        }
    }

    /** Also on the event thread, which must neither close a connection nor wait. */
    private void lost(CompletableFuture<Connection> mine, LibvirtException why) {
        synchronized (this) {
            if (mine != attempt || closed) {
                return;
            }
            CompletableFuture<Connection> failed = new CompletableFuture<>();
            failed.completeExceptionally(why);
            attempt = failed;
            told.lost(why);
            later(wait, failed);
            long most = (why.reason() == LibvirtException.Reason.ABSENT ? timing.absentRetry() : timing.lastRetry())
                    .toMillis();
            wait = Math.min(wait * 2, most);
        }
        if (!mine.completeExceptionally(why)) {
            retire(mine);
        }
    }

    private void later(long millis, CompletableFuture<Connection> failed) {
        try {
            var unused = timer.schedule(() -> again(failed), millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            failed.completeExceptionally(Pool.closed());
        }
    }

    private synchronized void again(CompletableFuture<Connection> failed) {
        if (attempt == failed && !closed) {
            attempt = null;
            var unused = attempt();
        }
    }

    private void retire(CompletableFuture<Connection> opened) {
        var unused = opened.whenComplete((connection, failure) -> {
            if (connection != null && !pool.background(connection::retire)) {
                throw new IllegalStateException("a connection outlived its pool");
            }
        });
    }

    int overdue() {
        return pool.overdue();
    }

    @Override
    public void close() {
        CompletableFuture<Connection> last;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            last = attempt;
        }
        if (last != null && last.isDone()) {
            retire(last);
        }
        pool.close();
    }

    private static LibvirtException cut() {
        return new LibvirtException(
                LibvirtException.Reason.ABSENT, "the connection to libvirt has ended; it is opened again by itself");
    }
}
