package dev.watchdog.guests;

import dev.watchdog.linux.ProcessSearch;
import dev.watchdog.linux.ProcessSearch.Found;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
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
 * Which process runs which guest: QEMU's, by the {@code -uuid} that libvirt gives it, since libvirt does not tell. Several
 * that claim one guest are all told: whoever makes use of it takes the strictest. Looks for them on a thread of its own
 * ({@code guest-processes}): a command line can be unreadable for as long as its process hangs.
 */
final class GuestProcesses implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GuestProcesses.class);
    private static final String OPTION = "-uuid";
    private static final String QEMU = "qemu";

    /** From one search that missed somebody to the next, doubling: some hundred files are read in each. */
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private static final Duration LAST_PAUSE = Duration.ofSeconds(60);

    private final Path proc;
    private final ThreadPoolExecutor searcher;
    private volatile Map<UUID, List<Found>> known = Map.of();
    private final Set<UUID> gone = ConcurrentHashMap.newKeySet();
    private Set<UUID> missed = Set.of();
    private Duration pause = FIRST_PAUSE;
    private Duration again = Duration.ZERO;

    GuestProcesses(Path proc) {
        this.proc = proc;
        this.searcher = new ThreadPoolExecutor(1, 1, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(1), task -> {
            Thread thread = new Thread(task, "guest-processes");
            thread.setDaemon(true);
            return thread;
        });
        searcher.allowCoreThreadTimeOut(true);
    }

    /** The processes of each of these guests, as far as they were found; begins to look for the others. Never blocks. */
    Map<UUID, List<Found>> of(Set<UUID> guests, Duration now) {
        Map<UUID, List<Found>> found = new HashMap<>(known);
        found.keySet().retainAll(guests);
        found.keySet().removeAll(gone);
        Set<UUID> missing = new HashSet<>(guests);
        missing.removeAll(found.keySet());
        boolean fresh = !missed.containsAll(missing);
        if (missing.isEmpty()) {
            pause = FIRST_PAUSE;
        } else if (fresh || now.compareTo(again) >= 0) {
            pause = fresh ? FIRST_PAUSE : longer(pause);
            again = now.plus(pause);
            search(guests);
        }
        missed = missing;
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

    private void search(Set<UUID> guests) {
        try {
            searcher.execute(() -> {
                Map<UUID, List<Found>> fresh = find(guests);
                gone.removeAll(fresh.keySet());
                known = fresh;
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("the search for the guests' processes hangs, or has ended");
        }
    }

    /** First among those that call themselves QEMU, then, for who was not found, among all. */
    private Map<UUID, List<Found>> find(Set<UUID> guests) {
        Map<UUID, List<Found>> found = new HashMap<>();
        try {
            add(found, guests, QEMU);
            Set<UUID> others = new HashSet<>(guests);
            others.removeAll(found.keySet());
            if (!others.isEmpty()) {
                add(found, others, "");
            }
        } catch (IOException e) {
            LOG.debug("{} cannot be listed: {}", proc, e.getMessage());
        }
        return Map.copyOf(found);
    }

    private void add(Map<UUID, List<Found>> found, Set<UUID> guests, String named) throws IOException {
        Map<String, UUID> byText = new HashMap<>();
        guests.forEach(each -> byText.put(each.toString(), each));
        ProcessSearch.byOption(proc, named, OPTION, byText.keySet())
                .forEach((text, claims) -> found.put(byText.get(text), List.copyOf(claims)));
    }

    /** Ends the thread, unless it hangs in the kernel: it ends with its process then. */
    @Override
    public void close() {
        searcher.shutdownNow();
    }
}
