package dev.watchdog.healing;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How many actions of one kind were started lately.
 *
 * @param starts by second since boot
 */
public record Budget(SortedMap<Long, Integer> starts) {
    static final Budget UNUSED = new Budget(new TreeMap<>());

    public Budget {
        starts = Collections.unmodifiableSortedMap(new TreeMap<>(starts));
    }

    Budget spend(Duration now, Gates gates) {
        SortedMap<Long, Integer> kept = new TreeMap<>(recent(now, gates));
        kept.merge(now.toSeconds(), 1, Integer::sum);
        return new Budget(kept);
    }

    int spent(Duration now, Gates gates) {
        return recent(now, gates).values().stream().mapToInt(Integer::intValue).sum();
    }

    /** When the oldest of what counts now will no longer count; null when nothing counts. */
    @Nullable Duration frees(Duration now, Gates gates) {
        SortedMap<Long, Integer> recent = recent(now, gates);
        return recent.isEmpty()
                ? null
                : Duration.ofSeconds(recent.firstKey() + 1).plus(gates.budgetWindow());
    }

    private SortedMap<Long, Integer> recent(Duration now, Gates gates) {
        return starts.tailMap(now.minus(gates.budgetWindow()).toSeconds());
    }

    /** After a reboot: as if all had been started just now. */
    Budget rebased(Duration now) {
        int all = starts.values().stream().mapToInt(Integer::intValue).sum();
        return all == 0 ? UNUSED : new Budget(new TreeMap<>(Map.of(now.toSeconds(), all)));
    }
}
