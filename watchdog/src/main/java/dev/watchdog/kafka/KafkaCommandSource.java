package dev.watchdog.kafka;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.kafka.admin.KafkaAdminClient;
import io.vertx.kafka.admin.TopicDescription;
import io.vertx.kafka.client.common.TopicPartition;
import io.vertx.kafka.client.consumer.KafkaConsumer;
import io.vertx.kafka.client.consumer.KafkaConsumerRecords;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.AdminClient;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The commands' topic by vertx-kafka-client. Of the client only what is asked for and answered is used, poll among it:
 * its stream of records goes on polling on its own terms. Each call waits behind a poll that runs, so there is at most
 * one, and it is short.
 */
final class KafkaCommandSource implements CommandSource {
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration CLOSE = Duration.ofSeconds(3);

    /** A fetch waits at the broker for so long: each one that comes back empty costs both sides. */
    private static final String FETCH_WAIT_MILLIS = "2000";

    private static final String FETCH_BYTES = "1048576";
    private static final String RECORDS = "500";
    private static final String CALL_MILLIS = "10000";

    private final Vertx vertx;
    private final String topic;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaAdminClient admin;

    private KafkaCommandSource(Vertx vertx, String topic, Clients clients) {
        this.vertx = vertx;
        this.topic = topic;
        consumer = KafkaConsumer.create(vertx, clients.consumer());
        admin = KafkaAdminClient.create(vertx, clients.admin());
    }

    private record Clients(Consumer<byte[], byte[]> consumer, AdminClient admin) {}

    /**
     * Makes the clients, on a worker thread, for that takes a while; no broker has to be there.
     *
     * @param connection how brokers are reached, as properties of Kafka's clients; may block
     */
    static Future<CommandSource> open(Vertx vertx, String topic, Callable<Map<String, Object>> connection) {
        return vertx.executeBlocking(() -> clients(connection.call()))
                .map(clients -> new KafkaCommandSource(vertx, topic, clients));
    }

    private static Clients clients(Map<String, Object> connection) {
        Map<String, Object> reading = new HashMap<>(connection);
        reading.put("enable.auto.commit", "false");
        reading.put("auto.offset.reset", "none");
        reading.put("allow.auto.create.topics", "false");
        reading.put("isolation.level", "read_committed");
        reading.put("max.poll.records", RECORDS);
        reading.put("fetch.max.bytes", FETCH_BYTES);
        reading.put("max.partition.fetch.bytes", FETCH_BYTES);
        reading.put("fetch.max.wait.ms", FETCH_WAIT_MILLIS);
        Map<String, Object> asking = new HashMap<>(connection);
        asking.put("default.api.timeout.ms", CALL_MILLIS);
        asking.put("request.timeout.ms", CALL_MILLIS);
        Consumer<byte[], byte[]> consumer = new org.apache.kafka.clients.consumer.KafkaConsumer<>(
                reading, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            return new Clients(consumer, AdminClient.create(asking));
        } catch (RuntimeException e) {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
            throw e;
        }
    }

    @Override
    public Future<Layout> layout() {
        return admin.describeTopics(List.of(topic))
                .map(topics -> layout(topics.get(topic)))
                .recover(failure -> Future.failedFuture(
                        failure instanceof UnknownTopicOrPartitionException ? new MissingTopic(topic) : failure));
    }

    private static Layout layout(TopicDescription described) {
        return new Layout(
                described.getTopicId().toString(), described.getPartitions().size());
    }

    @Override
    public Future<Void> assign(Map<Integer, Optional<Long>> offsets) {
        Set<TopicPartition> all = offsets.keySet().stream().map(this::partition).collect(Collectors.toSet());
        Set<TopicPartition> fresh = new HashSet<>();
        Future<Void> done = consumer.assign(all);
        for (Map.Entry<Integer, Optional<Long>> each : offsets.entrySet()) {
            TopicPartition partition = partition(each.getKey());
            if (each.getValue().isPresent()) {
                long offset = each.getValue().get();
                done = done.compose(before -> consumer.seek(partition, offset));
            } else {
                fresh.add(partition);
            }
        }
        return fresh.isEmpty() ? done : done.compose(before -> consumer.seekToBeginning(fresh));
    }

    @Override
    public Future<Polled> poll() {
        return consumer.poll(POLL)
                .map(records -> new Polled(incoming(records), List.of()))
                .recover(failure -> failure instanceof OffsetOutOfRangeException gone
                        ? jump(gone.offsetOutOfRangePartitions())
                        : Future.failedFuture(failure));
    }

    private Future<Polled> jump(Map<org.apache.kafka.common.TopicPartition, Long> wanted) {
        Set<TopicPartition> partitions =
                wanted.keySet().stream().map(gone -> partition(gone.partition())).collect(Collectors.toSet());
        return consumer.beginningOffsets(partitions)
                .compose(oldest -> consumer.seekToBeginning(partitions)
                        .map(sought -> new Polled(
                                List.of(),
                                wanted.entrySet().stream()
                                        .map(each -> new Jump(
                                                each.getKey().partition(),
                                                each.getValue(),
                                                oldest.getOrDefault(
                                                        partition(each.getKey().partition()), 0L)))
                                        .toList())));
    }

    private TopicPartition partition(int number) {
        return new TopicPartition(topic, number);
    }

    private static List<Incoming> incoming(KafkaConsumerRecords<byte[], byte[]> records) {
        List<Incoming> all = new ArrayList<>(records.size());
        records.records().forEach(record -> all.add(incoming(record)));
        return all;
    }

    static Incoming incoming(ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> headers = new LinkedHashMap<>();
        boolean twice = false;
        for (Header header : record.headers()) {
            String value = header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
            twice |= headers.put(header.key(), value) != null;
        }
        return new Incoming(
                record.topic(), record.partition(), record.offset(), record.key(), record.value(), headers, twice);
    }

    @Override
    public Future<Void> close() {
        Promise<Void> closed = Promise.promise();
        long timer = vertx.setTimer(CLOSE.toMillis(), late -> closed.tryComplete());
        Future.join(consumer.close(), admin.close()).onComplete(done -> {
            vertx.cancelTimer(timer);
            closed.tryComplete();
        });
        return closed.future();
    }
}
