package dev.watchdog.kafka;

import dev.watchdog.kafka.CommandSource.Layout;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How far the commands' topic has been read: rows of the journal's state table, one for each partition, named by the
 * topic's own id, so that a topic that was made anew is read from its beginning. Not thread safe.
 */
final class Bookmarks {
    private static final String ROW = "kafka-offset ";

    /** On disk. */
    private final Map<String, Long> durable = new HashMap<>();

    /** Where it is on, if further than on disk. */
    private final Map<String, Long> ahead = new HashMap<>();

    private String topicId = "";

    Bookmarks(Map<String, String> state) {
        state.forEach((key, value) -> {
            if (key.startsWith(ROW)) {
                durable.put(key, Long.parseLong(value));
            }
        });
    }

    /** Where to begin in each partition of this topic; empty where it was never read. */
    Map<Integer, Optional<Long>> open(Layout layout) {
        topicId = layout.topicId();
        Map<Integer, Optional<Long>> offsets = new LinkedHashMap<>();
        for (int partition = 0; partition < layout.partitions(); partition++) {
            String row = row(partition);
            Long offset = ahead.containsKey(row) ? ahead.get(row) : durable.get(row);
            offsets.put(partition, Optional.ofNullable(offset));
        }
        return offsets;
    }

    /** The state row's name for a partition of the topic that is open. */
    String row(int partition) {
        return ROW + topicId + "/" + partition;
    }

    /** The next record of this partition is this one. */
    void moveTo(int partition, long next) {
        ahead.put(row(partition), next);
    }

    /** It is on disk already that the next record of this partition is this one. */
    void written(int partition, long next) {
        durable.put(row(partition), next);
        if (ahead.getOrDefault(row(partition), Long.MAX_VALUE) <= next) {
            ahead.remove(row(partition));
        }
    }

    /** What should be written: how far it is, and that topics which are no more are forgotten. */
    Map<String, Optional<String>> unwritten() {
        Map<String, Optional<String>> rows = new LinkedHashMap<>();
        ahead.forEach((row, offset) -> rows.put(row, Optional.of(Long.toString(offset))));
        Set<String> known = new HashSet<>(durable.keySet());
        known.addAll(ahead.keySet());
        known.stream()
                .filter(row -> !topicId.isEmpty() && !row.startsWith(ROW + topicId + "/"))
                .forEach(row -> rows.put(row, Optional.empty()));
        return rows;
    }

    /** That was written. */
    void written(Map<String, Optional<String>> rows) {
        rows.forEach((row, value) -> {
            if (value.isPresent()) {
                durable.put(row, Long.parseLong(value.get()));
                ahead.remove(row, Long.parseLong(value.get()));
            } else {
                durable.remove(row);
                ahead.remove(row);
            }
        });
    }
}
