package dev.watchdog.guests;

import dev.watchdog.libvirt.GuestEvent;
import dev.watchdog.libvirt.GuestListener;
import dev.watchdog.libvirt.GuestStats;
import dev.watchdog.libvirt.Hypervisor;
import dev.watchdog.libvirt.LibvirtException;
import dev.watchdog.libvirt.LibvirtException.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The guests of one hypervisor. A look is one bulk call; what a guest's XML says is read when it is first seen, when
 * libvirt tells of a change, and by turns, a few at each look. Safe from any thread; nothing here blocks.
 */
final class GuestSource implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GuestSource.class);

    /** In so many looks everybody's XML is read again: its owner may have changed the wishes in it. */
    private static final int BY_TURNS = 60;

    /** Reads at a time: the hypervisor's pool has three threads, and the bulk call needs one. */
    private static final int AT_ONCE = 2;

    private final Hypervisor hypervisor;
    private final GuestsSettings settings;
    private final Map<UUID, Described> known = new HashMap<>();

    /** Those that libvirt was busy with when they were to be moved, until it is seen that it is so no more. */
    private final Set<UUID> busy = new LinkedHashSet<>();

    private boolean asking;
    private int reading;
    private long turn;

    /** @param readAt the look at which it was asked for */
    private record Described(GuestDescription description, long readAt, boolean asked) {}

    GuestSource(Hypervisor hypervisor, GuestsSettings settings) {
        this.hypervisor = hypervisor;
        this.settings = settings;
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
        void connected();

        void lost(LibvirtException why);

        /** A balloon has another size: told once a second for each guest at most. */
        void resized();

        /** It was started or reset: its counters begin again. */
        void restarted(UUID guest);
    }

    /** Follows it until closed. */
    Runnable follow(Watcher watcher) {
        return hypervisor.watch(new GuestListener() {
            @Override
            public void connected() {
                forget();
                watcher.connected();
            }

            @Override
            public void event(GuestEvent event) {
                if (event instanceof GuestEvent.BalloonChanged) {
                    watcher.resized();
                } else if (event instanceof GuestEvent.Rebooted) {
                    watcher.restarted(event.guest());
                } else if (event instanceof GuestEvent.Lifecycle change) {
                    outdated(event.guest());
                    if (change.change() == GuestEvent.Change.STARTED) {
                        watcher.restarted(event.guest());
                    }
                }
            }

            @Override
            public void lost(LibvirtException why) {
                watcher.lost(why);
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
                    .filter(each -> !description(each.uuid()).isRead())
                    .map(each -> read(each.uuid()))
                    .toList();
            return CompletableFuture.allOf(reads.toArray(new CompletableFuture<?>[0]))
                    .thenApply(done -> seen(all));
        });
    }

    private List<SeenGuest> take(List<GuestStats> all) {
        synchronized (this) {
            turn++;
            known.keySet().retainAll(all.stream().map(GuestStats::uuid).toList());
            busy.retainAll(known.keySet());
            all.forEach(each ->
                    known.computeIfAbsent(each.uuid(), id -> new Described(GuestDescription.UNREAD, -BY_TURNS, false)));
        }
        readOn();
        askOn();
        return seen(all);
    }

    private List<SeenGuest> seen(List<GuestStats> all) {
        List<SeenGuest> guests = new ArrayList<>(all.size());
        all.forEach(each -> guests.add(
                SeenGuest.of(hypervisor.uri(), each, description(each.uuid()), isBusy(each.uuid()), settings)));
        return guests;
    }

    private synchronized boolean isBusy(UUID guest) {
        return busy.contains(guest);
    }

    private synchronized GuestDescription description(UUID guest) {
        Described described = known.get(guest);
        return described == null ? GuestDescription.UNREAD : described.description();
    }

    /** Reads whose turn it is, the longest ago first. */
    private void readOn() {
        List<UUID> due;
        synchronized (this) {
            due = known.entrySet().stream()
                    .filter(each ->
                            !each.getValue().asked() && turn - each.getValue().readAt() >= BY_TURNS)
                    .sorted(Comparator.comparingLong(each -> each.getValue().readAt()))
                    .limit(Math.max(0, AT_ONCE - reading))
                    .map(Map.Entry::getKey)
                    .toList();
            due.forEach(each ->
                    known.computeIfPresent(each, (id, old) -> new Described(old.description(), old.readAt(), true)));
            reading += due.size();
        }
        due.forEach(each -> {
            var unused = read(each).whenComplete((done, failure) -> {
                synchronized (this) {
                    reading--;
                }
                readOn();
            });
        });
    }

    private CompletableFuture<Void> read(UUID guest) {
        return hypervisor.xml(guest).handle((xml, failure) -> {
            if (failure != null) {
                LOG.debug(
                        "the XML of {} was not read: {}", guest, cause(failure).getMessage());
            }
            described(guest, xml == null ? unreadable(failure) : GuestDescription.of(xml));
            return null;
        });
    }

    /** What libvirt does not give it will not give next time; null when it could not be asked. */
    private static @Nullable GuestDescription unreadable(Throwable failure) {
        return cause(failure) instanceof LibvirtException why && why.reason() == Reason.REFUSED
                ? GuestXml.unreadable(String.valueOf(why.getMessage()))
                : null;
    }

    private synchronized void described(UUID guest, @Nullable GuestDescription description) {
        Described old = known.get(guest);
        GuestDescription newer =
                description != null ? description : old == null ? GuestDescription.UNREAD : old.description();
        known.put(guest, new Described(newer, turn, false));
        if (old != null
                && !newer.wishes().problem().isEmpty()
                && !newer.wishes().problem().equals(old.description().wishes().problem())) {
            LOG.warn("guest {}: {}", guest, newer.wishes().problem());
        }
    }

    /** What its XML says now, read by somebody else. */
    synchronized void learn(UUID guest, GuestDescription description) {
        described(guest, description);
    }

    private synchronized void outdated(UUID guest) {
        known.computeIfPresent(guest, (id, old) -> new Described(old.description(), turn - BY_TURNS, old.asked()));
    }

    private synchronized void forget() {
        known.clear();
        busy.clear();
    }

    static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    @Override
    public void close() {
        hypervisor.close();
    }
}
