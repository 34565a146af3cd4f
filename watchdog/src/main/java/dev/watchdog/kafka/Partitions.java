package dev.watchdog.kafka;

import dev.watchdog.events.Topic;
import dev.watchdog.kafka.Cluster.TopicState;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.utils.Utils;

/**
 * Which partition of each topic is this host's. It is chosen once, as Kafka itself would by the host's id, and remembered
 * in the journal: where partitions are added later, what the host writes stays in one of them, and in order.
 */
final class Partitions {
    private static final String ROW = "kafka-partition ";

    private final KafkaSettings settings;
    private final String hostId;
    private final Map<Topic, Integer> chosen = new EnumMap<>(Topic.class);

    /** @param rows the journal's state table */
    Partitions(KafkaSettings settings, String hostId, Map<String, String> rows) {
        this.settings = settings;
        this.hostId = hostId;
        for (Topic topic : Topic.values()) {
            String row = rows.get(row(topic));
            if (row != null && row.matches("\\d{1,9}")) {
                chosen.put(topic, Integer.parseInt(row));
            }
        }
    }

    private String row(Topic topic) {
        return ROW + settings.name(topic);
    }

    /** The partition of a topic that {@link #choose} was told of. */
    int of(Topic topic) {
        return chosen.getOrDefault(topic, 0);
    }

    /** Chooses where nothing was chosen yet, and anew where a topic was made anew with fewer: the rows that are new. */
    Map<String, Optional<String>> choose(Map<Topic, TopicState> topics) {
        Map<String, Optional<String>> rows = new HashMap<>();
        topics.forEach((topic, state) -> {
            Integer before = chosen.get(topic);
            if (before == null || before >= state.partitions()) {
                int hash = Utils.toPositive(Utils.murmur2(hostId.getBytes(StandardCharsets.UTF_8)));
                int partition = hash % state.partitions();
                chosen.put(topic, partition);
                rows.put(row(topic), Optional.of(Integer.toString(partition)));
            }
        });
        return rows;
    }
}
