package dev.watchdog.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** What a test asks of a cluster as an outsider: topics made and unmade, records written and read. */
public final class KafkaTopics implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration ONE_TRY = Duration.ofSeconds(2);

    private final Map<String, Object> connection;
    private final Admin admin;

    KafkaTopics(Map<String, Object> connection) {
        this.connection = Map.copyOf(connection);
        this.admin = Admin.create(new HashMap<>(connection));
    }

    /** Those of any cluster; the caller closes it. */
    public static KafkaTopics at(String bootstrapServers) {
        return new KafkaTopics(Map.of("bootstrap.servers", bootstrapServers));
    }

    /** What a topic is set to. */
    public String setting(String topic, String name) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Config config = Objects.requireNonNull(
                admin.describeConfigs(List.of(resource)).all().get().get(resource));
        return config.get(name).value();
    }

    /** A topic prefix that no other test has. */
    public static String prefix() {
        return "t" + UUID.randomUUID().toString().substring(0, 8) + ".";
    }

    /** For what is not here. */
    public Admin admin() {
        return admin;
    }

    public void create(String topic, int partitions) {
        get(admin.createTopics(List.of(new NewTopic(topic, Optional.of(partitions), Optional.empty())))
                .all());
    }

    public void delete(String topic) {
        get(admin.deleteTopics(List.of(topic)).all());
    }

    public void addPartitions(String topic, int total) {
        get(admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(total)))
                .all());
    }

    /** The names of the topics that begin so. */
    public Collection<String> names(String prefix) {
        return get(admin.listTopics().names()).stream()
                .filter(name -> name.startsWith(prefix))
                .toList();
    }

    /** A producer for keys of text and values of bytes that waits for no second record; the caller closes it. */
    public Producer<String, byte[]> producer() {
        Map<String, Object> properties = new HashMap<>(connection);
        properties.put("linger.ms", "0");
        return new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
    }

    /** Writes one record and waits until the broker has it. */
    public void send(ProducerRecord<String, byte[]> sent) {
        try (Producer<String, byte[]> producer = producer()) {
            producer.send(sent).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("cannot write to " + sent.topic(), e);
        }
    }

    /** A consumer at the beginning of every partition of these topics, in no group; the caller closes it. */
    public Consumer<String, byte[]> consumer(String... topics) {
        Consumer<String, byte[]> consumer =
                new KafkaConsumer<>(new HashMap<>(connection), new StringDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : topics) {
            consumer.partitionsFor(topic).forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return consumer;
    }

    /** All that is in these topics now: in the order of each partition, and of their times between partitions. */
    public List<ConsumerRecord<String, byte[]>> read(String... topics) {
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        try (Consumer<String, byte[]> consumer = consumer(topics)) {
            Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        records.sort(Comparator.comparingLong(ConsumerRecord::timestamp));
        return records;
    }

    /** Waits until a broker answers. */
    void awaitAnswer(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            try {
                admin.describeCluster().nodes().get(ONE_TRY.toMillis(), TimeUnit.MILLISECONDS);
                return;
            } catch (ExecutionException | TimeoutException e) {
                if (System.nanoTime() > end) {
                    throw new AssertionError("no broker answered within " + patience, e);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while waiting for a broker", e);
            }
        }
    }

    private static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("the broker did not do it", e);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }
}
