package dev.watchdog.guests;

import dev.watchdog.libvirt.Hypervisor;
import dev.watchdog.libvirt.LibvirtException;
import dev.watchdog.libvirt.LibvirtException.Reason;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the guests' XML says: read when a guest is first seen, at once when libvirt tells of a change, and by turns, a few
 * at each look. Safe from any thread; nothing here blocks.
 */
final class Descriptions {
    private static final Logger LOG = LoggerFactory.getLogger(Descriptions.class);

    /** In so many looks everybody's XML is read again: an older libvirt does not tell of every change. */
    private static final int BY_TURNS = 60;

    /** One that could not be read is tried again after so many looks. */
    private static final int AGAIN = 5;

    /** Reads at a time: the hypervisor's pool has three threads, and the bulk call needs one. */
    private static final int AT_ONCE = 2;

    private final Hypervisor hypervisor;
    private final Consumer<UUID> changed;
    private final Map<UUID, Entry> known = new HashMap<>();
    private int reading;
    private long turn;

    /**
     * @param readAt the look at which it was asked for
     * @param asked it is being read
     * @param outdated it has changed since it was asked for
     */
    private record Entry(GuestDescription description, long readAt, boolean asked, boolean outdated) {
        static final Entry NEW = new Entry(GuestDescription.UNREAD, -BY_TURNS, false, false);

        boolean isDue(long turn) {
            return !asked && (outdated || turn - readAt >= BY_TURNS);
        }
    }

    /** @param changed told when a description that was known says something else, on the hypervisor's threads */
    Descriptions(Hypervisor hypervisor, Consumer<UUID> changed) {
        this.hypervisor = hypervisor;
        this.changed = changed;
    }

    /** A new look saw these and nobody else. */
    void seen(Set<UUID> guests) {
        synchronized (this) {
            turn++;
            known.keySet().retainAll(guests);
            guests.forEach(each -> known.putIfAbsent(each, Entry.NEW));
        }
        readOn();
    }

    synchronized GuestDescription of(UUID guest) {
        return known.getOrDefault(guest, Entry.NEW).description();
    }

    /** libvirt says that it is another: reads it again as soon as it can. */
    void outdated(UUID guest) {
        synchronized (this) {
            known.computeIfPresent(guest, (id, old) -> new Entry(old.description(), old.readAt(), old.asked(), true));
        }
        readOn();
    }

    synchronized void forget() {
        known.clear();
    }

    /** Reads whose turn it is, those that have changed first, then the longest ago. */
    private void readOn() {
        List<UUID> due;
        synchronized (this) {
            due = known.entrySet().stream()
                    .filter(each -> each.getValue().isDue(turn))
                    .sorted(Comparator.comparing((Map.Entry<UUID, Entry> each) ->
                                    !each.getValue().outdated())
                            .thenComparingLong(each -> each.getValue().readAt()))
                    .limit(Math.max(0, AT_ONCE - reading))
                    .map(Map.Entry::getKey)
                    .toList();
            due.forEach(each ->
                    known.computeIfPresent(each, (id, old) -> new Entry(old.description(), old.readAt(), true, false)));
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

    /** What it says now; fails with {@link dev.watchdog.libvirt.LibvirtException} when that could not be read in time. */
    CompletableFuture<GuestDescription> read(UUID guest) {
        return hypervisor
                .xml(guest)
                .whenComplete((xml, failure) -> {
                    if (failure != null) {
                        failed(guest, GuestSource.cause(failure));
                    }
                })
                .thenApply(xml -> {
                    GuestDescription read = GuestDescription.of(xml);
                    learn(guest, read);
                    return read;
                });
    }

    private void failed(UUID guest, Throwable why) {
        LOG.debug("the XML of {} was not read: {}", guest, why.getMessage());
        if (why instanceof LibvirtException refusal && refusal.reason() == Reason.REFUSED) {
            // what libvirt does not give it will not give next time
            learn(guest, GuestXml.unreadable(String.valueOf(why.getMessage())));
            return;
        }
        synchronized (this) {
            known.computeIfPresent(
                    guest, (id, old) -> new Entry(old.description(), turn - BY_TURNS + AGAIN, false, false));
        }
    }

    /** What its XML says now. */
    void learn(UUID guest, GuestDescription description) {
        GuestDescription before;
        synchronized (this) {
            Entry old = known.getOrDefault(guest, Entry.NEW);
            before = old.description();
            known.put(guest, new Entry(description, turn, false, old.outdated()));
        }
        String problem = description.wishes().problem();
        if (!problem.isEmpty() && !problem.equals(before.wishes().problem())) {
            LOG.warn("guest {}: {}", guest, problem);
        }
        if (before.isRead() && !before.equals(description)) {
            changed.accept(guest);
        }
    }
}
