package dev.watchdog.guests;

import dev.watchdog.linux.ProcessSearch.Found;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which process runs which guest, since libvirt does not tell. Of a guest that nothing is proven of all that claim to be it
 * are told: whoever makes use of it takes the strictest. Looks for them on a thread of its own ({@code guest-processes}): a
 * command line can be unreadable for as long as its process hangs.
 */
final class GuestProcesses implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GuestProcesses.class);

    /** From one search that left somebody unproven to the next, doubling: some hundred files are read in each. */
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private static final Duration LAST_PAUSE = Duration.ofSeconds(60);

    private final GuestSearch search;
    private final ThreadPoolExecutor searcher;
    private volatile Map<UUID, GuestSearch.Result> known = Map.of();
    private final Set<UUID> gone = ConcurrentHashMap.newKeySet();
    private Set<UUID> sought = Set.of();
    private Duration pause = FIRST_PAUSE;
    private Duration again = Duration.ZERO;

    GuestProcesses(GuestSearch search) {
        this.search = search;
        this.searcher = new ThreadPoolExecutor(1, 1, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(1), task -> {
            Thread thread = new Thread(task, "guest-processes");
            thread.setDaemon(true);
            return thread;
        });
        searcher.allowCoreThreadTimeOut(true);
    }

    /**
     * The processes of each of these guests, as far as they were found. Begins to look for the others, and again for those
     * that are found by claims alone: whoever claimed first may not be the guest. Never blocks.
     */
    Map<UUID, List<Found>> of(Collection<SeenGuest> guests, Duration now) {
        Map<UUID, List<Found>> found = new HashMap<>();
        Set<UUID> unproven = new HashSet<>();
        for (SeenGuest guest : guests) {
            GuestSearch.Result result = gone.contains(guest.id()) ? null : known.get(guest.id());
            if (result == null || !result.proven()) {
                unproven.add(guest.id());
            }
            if (result != null) {
                found.put(guest.id(), result.processes());
            }
        }
        boolean fresh = !sought.containsAll(unproven);
        if (unproven.isEmpty()) {
            pause = FIRST_PAUSE;
        } else if (fresh || now.compareTo(again) >= 0) {
            pause = fresh ? FIRST_PAUSE : longer(pause);
            again = now.plus(pause);
            begin(List.copyOf(guests));
        }
        sought = unproven;
        return found;
    }

    /** Those that were found for it are no more: looks again. */
    void gone(UUID guest) {
        gone.add(guest);
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LAST_PAUSE) > 0 ? LAST_PAUSE : twice;
    }

    private void begin(List<SeenGuest> guests) {
        try {
            searcher.execute(() -> {
                Map<UUID, GuestSearch.Result> fresh = search.find(guests, known);
                gone.removeAll(fresh.keySet());
                known = fresh;
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("the search for the guests' processes hangs, or has ended");
        }
    }

    /** Ends the thread, unless it hangs in the kernel: it ends with its process then. */
    @Override
    public void close() {
        searcher.shutdownNow();
    }
}
