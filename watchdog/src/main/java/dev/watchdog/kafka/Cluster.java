package dev.watchdog.kafka;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Node;

/** What is asked of the brokers beside records. Safe to call from any thread; futures complete on threads of Kafka's. */
interface Cluster extends AutoCloseable {
    /**
     * A topic that is there.
     *
     * @param id another one when a topic was deleted and made anew
     * @param leaders who leads each partition; none for one that nobody leads now
     */
    record TopicState(String id, int partitions, Map<Integer, Node> leaders) {
        public TopicState {
            leaders = Map.copyOf(leaders);
        }

        /** One that nobody leads. */
        public TopicState(String id, int partitions) {
            this(id, partitions, Map.of());
        }
    }

    /** Those of these topics that are there, by name; fails when no broker answers in time. */
    CompletableFuture<Map<String, TopicState>> describe(Collection<String> topics);

    /** Makes topics with the brokers' own number of partitions and copies; those that are there by now are left alone. */
    CompletableFuture<Void> create(Set<String> topics, Set<String> compacted);

    /** The lowest offset that there is in each of these partitions of a topic. */
    CompletableFuture<Map<Integer, Long>> oldest(String topic, Set<Integer> partitions);

    @Override
    void close();
}
