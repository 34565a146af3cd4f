package dev.watchdog.libvirt;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A {@link Hypervisor} through libvirt.so.0. */
public final class LibvirtHypervisor implements Hypervisor {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final String uri;
    private final Timing timing;
    private final ScheduledThreadPoolExecutor timer;
    private final Listeners listeners = new Listeners();
    private final Link watching;
    private final Link acting;

    /**
     * How patient to be.
     *
     * @param deadline for each call, waiting and connecting included
     * @param firstRetry wait before the first attempt to connect again; doubles
     * @param lastRetry what it doubles to
     * @param absentRetry what it doubles to while nothing answers there
     */
    public record Timing(Duration deadline, Duration firstRetry, Duration lastRetry, Duration absentRetry) {
        /** 5 s for a call, 250 ms to 10 s between attempts, 5 s while the daemon is absent: an attempt costs milliseconds. */
        public static final Timing SHIPPED = new Timing(
                Duration.ofSeconds(5), Duration.ofMillis(250), Duration.ofSeconds(10), Duration.ofSeconds(5));
    }

    /** Makes it; nothing is loaded or connected before the first call or watch. */
    public LibvirtHypervisor(String uri, Timing timing) {
        String name = "libvirt-" + COUNT.incrementAndGet();
        this.uri = uri;
        this.timing = timing;
        this.timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, name + "-timer");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        this.watching = new Link(name + "-watch", uri, true, timing, timer, listeners);
        this.acting = new Link(name + "-act", uri, false, timing, timer, Listeners.NOBODY);
    }

    @Override
    public String uri() {
        return uri;
    }

    @Override
    public CompletableFuture<HypervisorInfo> info() {
        return watching.call("describe itself", timing.deadline, Domains::info);
    }

    @Override
    public CompletableFuture<List<GuestStats>> stats() {
        return watching.call("list the guests' statistics", timing.deadline, Domains::stats);
    }

    @Override
    public CompletableFuture<String> xml(UUID guest) {
        return watching.call("read a guest's XML", timing.deadline, connection -> Domains.xml(connection, guest));
    }

    @Override
    public CompletableFuture<Boolean> busy(UUID guest) {
        return acting.call(
                "tell whether it is busy with a guest", timing.deadline, connection -> Domains.busy(connection, guest));
    }

    @Override
    public CompletableFuture<Void> setMemory(UUID guest, long kib) {
        if (kib < 1) {
            throw new IllegalArgumentException("not a size of memory: " + kib + " KiB");
        }
        return change("set a guest's memory", connection -> Domains.setMemory(connection, guest, kib));
    }

    @Override
    public CompletableFuture<Void> setStatsPeriod(UUID guest, int seconds) {
        if (seconds < 0) {
            throw new IllegalArgumentException("not a period: " + seconds + " s");
        }
        return change("set a guest's period", connection -> Domains.setStatsPeriod(connection, guest, seconds));
    }

    private interface Change {
        void on(Connection connection);
    }

    private CompletableFuture<Void> change(String what, Change change) {
        Link.Asked<@Nullable Boolean> asked = connection -> {
            change.on(connection);
            return true;
        };
        CompletableFuture<Void> done = new CompletableFuture<>();
        var unused = acting.call(what, timing.deadline, asked).whenComplete((yes, failure) -> {
            if (failure == null) {
                done.complete(null);
            } else {
                done.completeExceptionally(failure);
            }
        });
        return done;
    }

    @Override
    public Runnable watch(GuestListener listener) {
        listeners.add(listener);
        var unused = watching.attempt();
        return () -> listeners.remove(listener);
    }

    /** How many threads libvirt has not given back in time. */
    int overdue() {
        return watching.overdue() + acting.overdue();
    }

    @Override
    public void close() {
        listeners.clear();
        watching.close();
        acting.close();
        timer.shutdownNow();
    }
}
