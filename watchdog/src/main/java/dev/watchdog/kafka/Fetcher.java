package dev.watchdog.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Node;

/** Fetches the records of one topic's partitions from the brokers that lead them. Blocks; one thread at a time. */
interface Fetcher extends AutoCloseable {
    /** From now on exactly these partitions are read, from these offsets. */
    void assign(Map<Integer, Long> offsets);

    /** These partitions are read from these offsets. */
    void seek(Map<Integer, Long> offsets);

    /** Who leads which partition now, and the topic's id. */
    void lead(String topicId, Map<Integer, Node> leaders);

    /**
     * What came next.
     *
     * @param records in the order of each partition
     * @param gone partitions that do not have the offset any more, or never had, that they are read from
     * @param answered false: no broker has answered since the last call, not even that there is nothing
     * @param stale true: somebody else may lead a partition now
     */
    record Fetched(List<Incoming> records, Map<Integer, Long> gone, boolean answered, boolean stale) {
        public Fetched {
            records = List.copyOf(records);
            gone = Map.copyOf(gone);
        }
    }

    /**
     * Waits until there are records, or something else is to be done, or so long at most.
     *
     * @throws org.apache.kafka.common.KafkaException if a broker refuses, or does not know who this is
     */
    Fetched poll(Duration longest);

    /** Ends a poll that waits, and every later one at once. Any thread. */
    void wakeup();

    @Override
    void close();
}
