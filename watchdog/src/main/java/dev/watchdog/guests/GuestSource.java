package dev.watchdog.guests;

import dev.watchdog.libvirt.GuestEvent;
import dev.watchdog.libvirt.GuestListener;
import dev.watchdog.libvirt.GuestStats;
import dev.watchdog.libvirt.Hypervisor;
import dev.watchdog.libvirt.LibvirtException;
import dev.watchdog.libvirt.LibvirtException.Reason;
import dev.watchdog.linux.HostClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;

/**
 * The guests of one hypervisor. A look is one bulk call. Safe from any thread; nothing here blocks.
 */
final class GuestSource implements AutoCloseable {
    /** Older than this, what libvirt last said of a guest is no history any more. */
    private static final Duration SILENT = Duration.ofSeconds(15);

    private final Hypervisor hypervisor;
    private final GuestsSettings settings;
    private final HostClock clock;
    private final Descriptions descriptions;
    private final Map<UUID, Hearing> told = new HashMap<>();

    /** Those that libvirt was busy with when they were to be moved, until it is seen that it is so no more. */
    private final Set<UUID> busy = new LinkedHashSet<>();

    /**
     * When libvirt last told a guest's numbers.
     *
     * @param since in time since boot; when the guest was first seen, as long as it was never told of
     */
    private record Hearing(Duration since, boolean ever) {}

    private boolean asking;
    private volatile Watcher watcher = Watcher.NOBODY;

    GuestSource(Hypervisor hypervisor, GuestsSettings settings, HostClock clock) {
        this.hypervisor = hypervisor;
        this.settings = settings;
        this.clock = clock;
        this.descriptions = new Descriptions(hypervisor, guest -> watcher.changed());
    }

    /** For sensors and people. */
    String name() {
        return "libvirt:" + hypervisor.uri();
    }

    Hypervisor hypervisor() {
        return hypervisor;
    }

    /** Told of losses and of guests that began anew; on the hypervisor's threads. */
    interface Watcher {
        /** Nobody follows it. */
        Watcher NOBODY = new Watcher() {
            @Override
            public void connected() {}

            @Override
            public void lost(LibvirtException why) {}

            @Override
            public void changed() {}

            @Override
            public void restarted(UUID guest, boolean boots) {}
        };

        void connected();

        void lost(LibvirtException why);

        /** A balloon has another size, which is told once a second for each guest at most, or its XML says something else. */
        void changed();

        /**
         * It was started or reset: its counters begin again.
         *
         * @param boots false for one that came by a migration or out of a file: its kernel runs on
         */
        void restarted(UUID guest, boolean boots);
    }

    /** Follows it until closed. */
    Runnable follow(Watcher follower) {
        watcher = follower;
        return hypervisor.watch(new GuestListener() {
            @Override
            public void connected() {
                forget();
                follower.connected();
            }

            @Override
            public void event(GuestEvent event) {
                if (event instanceof GuestEvent.BalloonChanged) {
                    follower.changed();
                } else if (event instanceof GuestEvent.Redescribed) {
                    descriptions.outdated(event.guest());
                } else if (event instanceof GuestEvent.Rebooted) {
                    follower.restarted(event.guest(), true);
                } else if (event instanceof GuestEvent.Lifecycle change) {
                    descriptions.outdated(event.guest());
                    if (change.change() == GuestEvent.Change.STARTED) {
                        follower.restarted(event.guest(), change.detail() == GuestEvent.Lifecycle.BOOTED);
                    }
                }
            }

            @Override
            public void lost(LibvirtException why) {
                follower.lost(why);
            }
        });
    }

    /**
     * Whether libvirt lets nobody set this guest's memory now, because it works on it for somebody else or says nothing
     * of it in time. From then on it is seen with that obstacle, and asked about with each look until it is over.
     */
    CompletableFuture<Boolean> busy(UUID guest) {
        return hypervisor
                .busy(guest)
                .exceptionallyCompose(failure -> cause(failure) instanceof LibvirtException why
                                && (why.reason() == Reason.TIMEOUT || why.reason() == Reason.HUNG)
                        ? CompletableFuture.completedFuture(true)
                        : CompletableFuture.failedFuture(cause(failure)))
                .thenApply(held -> {
                    synchronized (this) {
                        if (held) {
                            busy.add(guest);
                        } else {
                            busy.remove(guest);
                        }
                    }
                    return held;
                });
    }

    /** One at a time: what libvirt does not answer holds one thread of those that set memory. */
    private void askOn() {
        UUID next;
        synchronized (this) {
            if (asking || busy.isEmpty()) {
                return;
            }
            asking = true;
            next = busy.iterator().next();
            // the others come first then
            busy.remove(next);
            busy.add(next);
        }
        var unused = busy(next).whenComplete((held, failure) -> {
            synchronized (this) {
                asking = false;
            }
        });
    }

    /** Everybody who runs or is paused, or the reason why nobody can tell. */
    CompletableFuture<List<SeenGuest>> look() {
        return hypervisor.stats().thenApply(this::take);
    }

    /** The same once every description that is missing was read, for a single pass. */
    CompletableFuture<List<SeenGuest>> lookWhole() {
        return hypervisor.stats().thenCompose(all -> {
            List<CompletableFuture<Void>> reads = all.stream()
                    .map(GuestStats::uuid)
                    .filter(each -> !descriptions.of(each).isRead())
                    .map(each -> descriptions.read(each).<Void>handle((read, failure) -> null))
                    .toList();
            return CompletableFuture.allOf(reads.toArray(new CompletableFuture<?>[0]))
                    .thenApply(done -> seen(all));
        });
    }

    private List<SeenGuest> take(List<GuestStats> all) {
        Set<UUID> present = all.stream().map(GuestStats::uuid).collect(Collectors.toSet());
        synchronized (this) {
            busy.retainAll(present);
            told.keySet().retainAll(present);
        }
        descriptions.seen(present);
        askOn();
        return seen(all);
    }

    private List<SeenGuest> seen(List<GuestStats> all) {
        List<SeenGuest> guests = new ArrayList<>(all.size());
        all.forEach(each ->
                guests.add(SeenGuest.of(hypervisor.uri(), each, descriptions.of(each.uuid()), voice(each), settings)));
        return guests;
    }

    /** Whether libvirt says anything of it, now or lately. */
    private synchronized SeenGuest.Voice voice(GuestStats stats) {
        Duration now = clock.now().sinceBoot();
        Hearing before = told.getOrDefault(stats.uuid(), new Hearing(now, false));
        Hearing hearing = stats.balloon().isTold() ? new Hearing(now, true) : before;
        told.put(stats.uuid(), hearing);
        if (busy.contains(stats.uuid())) {
            return SeenGuest.Voice.BUSY;
        }
        if (now.minus(hearing.since()).compareTo(SILENT) <= 0) {
            return SeenGuest.Voice.HEARD;
        }
        return hearing.ever() ? SeenGuest.Voice.SILENT : SeenGuest.Voice.NEVER;
    }

    /** Whether the last look saw it here. */
    synchronized boolean knows(UUID guest) {
        return told.containsKey(guest);
    }

    /** Reads what its XML says now. */
    CompletableFuture<GuestDescription> read(UUID guest) {
        return descriptions.read(guest);
    }

    /** What its XML says now, read by somebody else. */
    void learn(UUID guest, GuestDescription description) {
        descriptions.learn(guest, description);
    }

    private synchronized void forget() {
        descriptions.forget();
        busy.clear();
        told.clear();
    }

    static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    @Override
    public void close() {
        hypervisor.close();
    }
}
