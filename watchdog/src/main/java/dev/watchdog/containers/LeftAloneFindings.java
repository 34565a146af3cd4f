package dev.watchdog.containers;

import dev.watchdog.events.Evidence;
import dev.watchdog.events.Subject;
import dev.watchdog.healing.Finding;
import dev.watchdog.linux.Moment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tells which containers run and are left alone because it is not proven what they are, or who looks after them. Only
 * when a second sweep finds them so: the first may come upon one that begins or ends. Confined to one thread.
 */
final class LeftAloneFindings {
    private final Watchlist watchlist;
    /** First processes of those that were found so by the sweep before, by id. */
    private Map<String, Integer> before = Map.of();

    private final Set<String> told = new HashSet<>();

    LeftAloneFindings(Watchlist watchlist) {
        this.watchlist = watchlist;
    }

    /** What a sweep has to tell. */
    List<Finding> sweep(Moment now) {
        List<Finding> findings = new ArrayList<>();
        Map<String, Integer> found = new HashMap<>();
        for (Watchlist.Unwatched each : watchlist.worthTelling()) {
            String id = each.container().id();
            int pid = each.container().pid();
            found.put(id, pid);
            if (Integer.valueOf(pid).equals(before.get(id))) {
                told.add(id);
                findings.add(faulty(each, now));
            }
        }
        before = found;
        findings.addAll(over(now));
        return findings;
    }

    /** That those which were told are not left alone any more, or not there. */
    List<Finding> over(Moment now) {
        List<Finding> findings = new ArrayList<>();
        if (!told.isEmpty()) {
            Set<String> left = new HashSet<>(told);
            watchlist
                    .worthTelling()
                    .forEach(each -> left.remove(each.container().id()));
            for (String id : left) {
                told.remove(id);
                findings.add(over(id, now));
            }
        }
        return findings;
    }

    /** Of one, for who asks: whoever asks at the start was told of it by an earlier agent. */
    Finding look(String id, Moment now) {
        Watchlist.Unwatched doubtful = watchlist.worthTelling().stream()
                .filter(each -> each.container().id().equals(id))
                .findFirst()
                .orElse(null);
        if (doubtful != null) {
            told.add(id);
            return faulty(doubtful, now);
        }
        told.remove(id);
        return over(id, now);
    }

    private Finding over(String id, Moment now) {
        return watchlist.knows(id)
                ? new Finding.Healthy(subject(id), RootFindings.LEFT_ALONE.name(), now)
                : new Finding.Gone(subject(id), RootFindings.LEFT_ALONE.name(), now);
    }

    private static Finding faulty(Watchlist.Unwatched each, Moment now) {
        return new Finding.Faulty(
                subject(each.container().id()), RootFindings.LEFT_ALONE.name(), evidence(each), null, now, now);
    }

    private static Subject subject(String id) {
        return new Subject(Watched.KIND, id);
    }

    private static Evidence evidence(Watchlist.Unwatched container) {
        return Evidence.of("it runs and is left alone, its root is not watched: " + container.why())
                .with("containerName", container.container().name())
                .with("source", container.container().source())
                .with("initPid", container.container().pid())
                .with("reason", container.why());
    }
}
