package dev.watchdog.kafka;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** Asks through Kafka's own admin client. */
final class KafkaCluster implements Cluster {
    /**
     * Only segments that are closed are compacted, and by default one is after a week or 1 GiB: until then every heartbeat
     * stays, and whoever starts to read has to pass them all.
     */
    private static final Map<String, String> COMPACTED = Map.of(
            TopicConfig.CLEANUP_POLICY_CONFIG,
            TopicConfig.CLEANUP_POLICY_COMPACT,
            TopicConfig.SEGMENT_MS_CONFIG,
            Long.toString(Duration.ofHours(1).toMillis()),
            TopicConfig.SEGMENT_BYTES_CONFIG,
            Integer.toString(8 << 20),
            TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG,
            "0.1");

    private final Admin admin;

    /**
     * Makes a client; does not wait for a broker. Takes some 50 ms: not on an event loop.
     *
     * @throws IOException in one line if a secret cannot be read
     * @throws RuntimeException if Kafka does not take the properties
     */
    KafkaCluster(ClientProperties properties) throws IOException {
        admin = Admin.create(properties.admin());
    }

    @Override
    public CompletableFuture<Map<String, TopicState>> describe(Collection<String> topics) {
        Map<String, TopicState> found = new HashMap<>();
        List<CompletableFuture<Void>> all = new ArrayList<>();
        admin.describeTopics(topics)
                .topicNameValues()
                .forEach((name, asked) -> all.add(absent(name, asked).thenAccept(described -> {
                    if (described != null) {
                        put(found, name, described);
                    }
                })));
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).thenApply(done -> Map.copyOf(found));
    }

    private static void put(Map<String, TopicState> found, String name, TopicDescription described) {
        Map<Integer, Node> leaders = new HashMap<>();
        for (TopicPartitionInfo each : described.partitions()) {
            if (each.leader() != null && !each.leader().isEmpty()) {
                leaders.put(each.partition(), each.leader());
            }
        }
        synchronized (found) {
            found.put(
                    name,
                    new TopicState(
                            described.topicId().toString(),
                            described.partitions().size(),
                            leaders));
        }
    }

    @Override
    public CompletableFuture<Map<Integer, Long>> oldest(String topic, Set<Integer> partitions) {
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        partitions.forEach(each -> wanted.put(new TopicPartition(topic, each), OffsetSpec.earliest()));
        return admin.listOffsets(wanted)
                .all()
                .toCompletionStage()
                .toCompletableFuture()
                .thenApply(found -> {
                    Map<Integer, Long> offsets = new HashMap<>();
                    found.forEach((where, what) -> offsets.put(where.partition(), what.offset()));
                    return offsets;
                });
    }

    private static CompletableFuture<@Nullable TopicDescription> absent(
            String name, KafkaFuture<TopicDescription> asked) {
        return asked.toCompletionStage().toCompletableFuture().handle((described, failure) -> {
            if (failure == null || cause(failure) instanceof UnknownTopicOrPartitionException) {
                return described;
            }
            throw named(name, failure);
        });
    }

    /** Kafka's own words do not say which topic they are about; a time-out is about none. */
    private static CompletionException named(String name, Throwable failure) {
        Throwable cause = cause(failure);
        return new CompletionException(
                cause instanceof AuthorizationException ? new IOException(name + ": " + cause.getMessage()) : cause);
    }

    @Override
    public CompletableFuture<Void> create(Set<String> topics, Set<String> compacted) {
        List<NewTopic> wanted = topics.stream()
                .map(name -> new NewTopic(name, Optional.empty(), Optional.empty())
                        .configs(compacted.contains(name) ? COMPACTED : Map.of()))
                .toList();
        List<CompletableFuture<Void>> all = new ArrayList<>();
        admin.createTopics(wanted)
                .values()
                .forEach((name, asked) -> all.add(asked.toCompletionStage()
                        .toCompletableFuture()
                        .exceptionallyCompose(failure -> cause(failure) instanceof TopicExistsException
                                ? CompletableFuture.allOf()
                                : CompletableFuture.failedFuture(cause(failure)))));
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
