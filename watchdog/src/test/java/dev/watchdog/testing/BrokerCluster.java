package dev.watchdog.testing;

import static org.awaitility.Awaitility.await;

import dev.watchdog.testing.KafkaNode.Door;
import dev.watchdog.testing.KafkaNode.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.ElectionNotNeededException;

/**
 * Two brokers in JVMs of their own, each with a copy of every partition, and in this JVM the controller that says which
 * of them leads: either may go. New topics have two partitions.
 */
public final class BrokerCluster implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final List<Integer> IDS = List.of(2, 3);

    /** A broker that does not come forward for three seconds leads nothing any more; as shipped that takes nine. */
    private static final Map<String, String> PROPERTIES = Map.of(
            "num.partitions", "2",
            "default.replication.factor", "2",
            "min.insync.replicas", "1",
            "broker.heartbeat.interval.ms", "500",
            "broker.session.timeout.ms", "3000");

    private final KafkaRaftServer controller;
    private final Map<Integer, BrokerProcess> brokers = new TreeMap<>();
    private final KafkaTopics topics;

    private BrokerCluster(Path directory) throws IOException {
        Place place = Place.controller();
        controller = new KafkaNode(directory, PROPERTIES, place, Door.NONE).startHere();
        List<String> servers = new ArrayList<>();
        for (int id : IDS) {
            Path own = Files.createDirectories(directory.resolve("broker-" + id));
            KafkaNode node = new KafkaNode(own, PROPERTIES, place.broker(id), Door.NONE);
            servers.add(node.bootstrapServers());
            brokers.put(id, new BrokerProcess(own, node));
        }
        topics = KafkaTopics.at(String.join(",", servers));
    }

    /** Starts it with its data below a directory and waits until both brokers answer. */
    public static BrokerCluster start(Path directory) {
        try {
            BrokerCluster cluster = new BrokerCluster(directory);
            try {
                cluster.brokers.values().forEach(BrokerProcess::awaitAnswer);
                return cluster;
            } catch (AssertionError e) {
                cluster.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start brokers in " + directory, e);
        }
    }

    public String bootstrapServers() {
        return String.join(
                ",",
                brokers.values().stream().map(BrokerProcess::bootstrapServers).toList());
    }

    /** What is in its topics. */
    public KafkaTopics topics() {
        return topics;
    }

    public BrokerProcess broker(int id) {
        return Objects.requireNonNull(brokers.get(id));
    }

    /** The one that is not this one. */
    public int other(int id) {
        return id == IDS.get(0) ? IDS.get(1) : IDS.get(0);
    }

    /** Which broker leads the first partition of a topic. */
    public int leader(String topic) throws Exception {
        return partitions(List.of(topic))
                .get(new TopicPartition(topic, 0))
                .leader()
                .id();
    }

    /** Has every partition of these topics led by the broker that does not lead it now. */
    public void turn(Collection<String> names) throws Exception {
        Map<TopicPartition, Integer> wanted = new HashMap<>();
        partitions(names)
                .forEach((partition, info) ->
                        wanted.put(partition, other(info.leader().id())));
        Map<TopicPartition, List<Integer>> copies = new HashMap<>();
        wanted.forEach((partition, leader) -> copies.put(partition, copies(leader)));
        assign(copies);
        for (Optional<Throwable> failure : topics.admin()
                .electLeaders(ElectionType.PREFERRED, wanted.keySet())
                .partitions()
                .get()
                .values()) {
            if (failure.isPresent() && !(failure.get() instanceof ElectionNotNeededException)) {
                throw new AssertionError("no leader was elected", failure.get());
            }
        }
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> partitions(names).entrySet().stream()
                        .allMatch(
                                each -> Objects.equals(each.getValue().leader().id(), wanted.get(each.getKey()))));
    }

    /** Moves all copies of these topics to one broker, and when they are there, a second one back to the other. */
    public void gather(Collection<String> names, int broker) throws Exception {
        Map<TopicPartition, List<Integer>> one = new HashMap<>();
        Map<TopicPartition, List<Integer>> two = new HashMap<>();
        for (TopicPartition partition : partitions(names).keySet()) {
            one.put(partition, List.of(broker));
            two.put(partition, copies(broker));
        }
        assign(one);
        awaitAll(names, info -> info.leader().id() == broker && info.replicas().size() == 1);
        assign(two);
        awaitInSync(names);
    }

    private List<Integer> copies(int first) {
        return List.of(first, other(first));
    }

    private void assign(Map<TopicPartition, List<Integer>> copies) throws InterruptedException, ExecutionException {
        Map<TopicPartition, Optional<NewPartitionReassignment>> wanted = new HashMap<>();
        copies.forEach(
                (partition, brokers) -> wanted.put(partition, Optional.of(new NewPartitionReassignment(brokers))));
        topics.admin().alterPartitionReassignments(wanted).all().get();
    }

    /** Waits until both brokers have all of these topics. */
    public void awaitInSync(Collection<String> names) {
        awaitAll(names, info -> info.replicas().size() == 2 && info.isr().size() == 2);
    }

    /** Waits until the other broker leads all of these topics. */
    public void awaitWithout(Collection<String> names, int broker) {
        awaitAll(names, info -> info.leader() != null && info.leader().id() == other(broker));
    }

    private void awaitAll(Collection<String> names, Predicate<TopicPartitionInfo> wanted) {
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> partitions(names).values().stream().allMatch(wanted));
    }

    private Map<TopicPartition, TopicPartitionInfo> partitions(Collection<String> names) throws Exception {
        Map<TopicPartition, TopicPartitionInfo> all = new HashMap<>();
        topics.admin()
                .describeTopics(names)
                .allTopicNames()
                .get()
                .forEach((name, topic) ->
                        topic.partitions().forEach(info -> all.put(new TopicPartition(name, info.partition()), info)));
        return all;
    }

    @Override
    public void close() {
        topics.close();
        brokers.values().forEach(BrokerProcess::close);
        controller.shutdown();
        controller.awaitShutdown();
    }
}
