package dev.watchdog.kafka;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.kafka.client.common.TopicPartition;
import io.vertx.kafka.client.consumer.KafkaConsumer;
import io.vertx.kafka.client.consumer.KafkaConsumerRecords;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * The commands' topic by vertx-kafka-client. Of the client only what is asked for and answered is used, poll among it:
 * its stream of records goes on polling on its own terms. Each call waits behind a poll that runs, so there is at most
 * one.
 */
final class KafkaCommandSource implements CommandSource {
    /** A poll that comes back empty costs processor time; closing wakes one that still waits. */
    private static final Duration POLL = Duration.ofSeconds(10);

    private static final Duration CLOSE = Duration.ofSeconds(3);

    private final Vertx vertx;
    private final Context context;
    private final String topic;
    private final Consumer<byte[], byte[]> polled;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Cluster cluster;
    private double fetches;

    private KafkaCommandSource(Vertx vertx, String topic, Open open) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.topic = topic;
        this.polled = open.consumer();
        this.consumer = KafkaConsumer.create(vertx, polled);
        this.cluster = open.cluster();
    }

    private record Open(Consumer<byte[], byte[]> consumer, Cluster cluster) {}

    /** Makes the clients, on a worker thread, for that takes a while; no broker has to be there. */
    static Future<CommandSource> open(Vertx vertx, String topic, Clients clients) {
        return vertx.executeBlocking(() -> {
                    Consumer<byte[], byte[]> consumer = clients.consumer();
                    try {
                        return new Open(consumer, clients.cluster());
                    } catch (IOException | RuntimeException e) {
                        consumer.close(CloseOptions.timeout(Duration.ZERO));
                        throw e;
                    }
                })
                .map(open -> new KafkaCommandSource(vertx, topic, open));
    }

    @Override
    public Future<Layout> layout() {
        return Future.fromCompletionStage(cluster.describe(List.of(topic)), context)
                .compose(topics -> {
                    Cluster.TopicState found = topics.get(topic);
                    return found == null
                            ? Future.failedFuture(new MissingTopic(topic))
                            : Future.succeededFuture(new Layout(found.id(), found.partitions()));
                });
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
                .map(records -> new Polled(incoming(records), List.of(), answered() || !records.isEmpty()))
                .recover(failure -> failure instanceof OffsetOutOfRangeException gone
                        ? jump(gone.offsetOutOfRangePartitions())
                        : Future.failedFuture(failure));
    }

    private Future<Polled> jump(Map<org.apache.kafka.common.TopicPartition, Long> wanted) {
        Set<TopicPartition> partitions = wanted.keySet().stream()
                .map(gone -> partition(gone.partition()))
                .collect(Collectors.toSet());
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
                                        .toList(),
                                true)));
    }

    /** Kafka's consumer tries again by itself and tells nobody; that it was answered shows in its own count alone. */
    private boolean answered() {
        double before = fetches;
        fetches = polled.metrics().entrySet().stream()
                .filter(each -> each.getKey().name().equals("fetch-total"))
                .mapToDouble(each -> (Double) each.getValue().metricValue())
                .sum();
        return fetches != before;
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
        Future.join(consumer.close(), vertx.executeBlocking(this::closeCluster)).onComplete(done -> {
            vertx.cancelTimer(timer);
            closed.tryComplete();
        });
        return closed.future();
    }

    private @Nullable Void closeCluster() {
        cluster.close();
        return null;
    }
}
