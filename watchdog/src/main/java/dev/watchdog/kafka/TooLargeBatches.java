package dev.watchdog.kafka;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The partitions in which something may be in the way that is too large to be fetched. Of which partition a refused
 * answer was is not known, so each is asked for alone; where that is refused again, the end of the batch is looked for.
 * Not thread safe.
 */
final class TooLargeBatches {
    private final Map<Integer, Optional<BatchEndSearch>> suspects = new TreeMap<>();

    void clear() {
        suspects.clear();
    }

    /** What to ask for instead of all these; empty if none of them is suspected. */
    Optional<Map.Entry<Integer, Long>> instead(Map<Integer, Long> offsets) {
        return suspects.keySet().stream()
                .filter(offsets::containsKey)
                .findFirst()
                .map(partition -> Map.entry(
                        partition,
                        suspects.getOrDefault(partition, Optional.empty())
                                .map(BatchEndSearch::next)
                                .orElse(offsets.get(partition))));
    }

    /** The answer to all these was too large. */
    void refused(Map<Integer, Long> offsets) {
        offsets.keySet().forEach(partition -> suspects.putIfAbsent(partition, Optional.empty()));
    }

    /** The answer to this alone was too large; the search, if it is over. */
    Optional<BatchEndSearch> refused(int partition, long offset) {
        BatchEndSearch search = searched(partition);
        if (search == null) {
            suspects.put(partition, Optional.of(new BatchEndSearch(offset)));
            return Optional.empty();
        }
        search.tooLarge();
        return done(partition, search);
    }

    /** True while what is fetched of this partition is only a step of the search. */
    boolean searches(int partition) {
        return searched(partition) != null;
    }

    /** What was looked for is there, or not there yet; the search, if it is over. */
    Optional<BatchEndSearch> fetched(int partition) {
        BatchEndSearch search = searched(partition);
        if (search == null) {
            suspects.remove(partition);
            return Optional.empty();
        }
        search.fetched();
        return done(partition, search);
    }

    private Optional<BatchEndSearch> done(int partition, BatchEndSearch search) {
        if (!search.done()) {
            return Optional.empty();
        }
        suspects.remove(partition);
        return Optional.of(search);
    }

    private @Nullable BatchEndSearch searched(int partition) {
        Optional<BatchEndSearch> known = suspects.get(partition);
        return known == null ? null : known.orElse(null);
    }
}
