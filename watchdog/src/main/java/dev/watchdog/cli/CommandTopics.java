package dev.watchdog.cli;

import dev.watchdog.events.CloudEventsFormat;
import dev.watchdog.events.Event;
import dev.watchdog.events.EventFormatException;
import dev.watchdog.events.HostState;
import dev.watchdog.events.Message;
import dev.watchdog.events.StateFormat;
import dev.watchdog.events.StateReport;
import dev.watchdog.events.Target;
import dev.watchdog.events.Topic;
import dev.watchdog.healing.NameLookup;
import dev.watchdog.kafka.ClientProperties;
import dev.watchdog.kafka.KafkaSettings;
import dev.watchdog.linux.HostClock;
import io.cloudevents.CloudEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** The topics as one who commands uses them: by blocking calls with deadlines. Not thread safe. */
final class CommandTopics implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration LOOK = Duration.ofMillis(200);

    /** An agent that has just started is known by its first heartbeat. */
    private static final Duration FIRST_REPORT = Duration.ofSeconds(5);

    private static final Duration CLOSE = Duration.ofSeconds(2);

    private final KafkaSettings settings;
    private final ClientProperties properties;
    private final Map<String, Object> connection;
    private final KafkaConsumer<byte[], byte[]> answers;
    private Map<String, HostState> known = Map.of();

    private CommandTopics(KafkaSettings settings, ClientProperties properties, Map<String, Object> connection) {
        this.settings = settings;
        this.properties = properties;
        this.connection = connection;
        this.answers = consumer();
    }

    /** Stands at the end of what hosts have answered so far. {@code environment} may hold secrets. */
    static CommandTopics open(KafkaSettings settings, Map<String, String> environment) {
        ClientProperties properties = new ClientProperties(settings, "send", environment);
        CommandTopics topics;
        try {
            topics = new CommandTopics(settings, properties, properties.connection());
        } catch (IOException e) {
            throw new CommandFailure(Exit.USAGE, Plain.of(String.valueOf(e.getMessage())));
        }
        try {
            List<TopicPartition> partitions = new ArrayList<>(topics.partitions(topics.answers, Topic.REPLIES));
            partitions.addAll(topics.partitions(topics.answers, Topic.DEAD_LETTERS));
            topics.answers.assign(partitions);
            topics.answers.seekToEnd(partitions);
            partitions.forEach(topics.answers::position);
            return topics;
        } catch (KafkaException e) {
            topics.close();
            throw topics.unreachable(e);
        } catch (CommandFailure e) {
            topics.close();
            throw e;
        }
    }

    /**
     * The id of the host that is called so: by its id, its name, or the beginning of its id. One that has not reported
     * yet is waited for, for a moment.
     */
    String host(String asked, HostClock clock) {
        Duration end = clock.now().sinceBoot().plus(FIRST_REPORT);
        while (true) {
            NameLookup.Result<String> result = new NameLookup<>(reported().entrySet().stream()
                            .map(each -> new NameLookup.Entry<>(
                                    each.getKey(),
                                    each.getKey(),
                                    each.getValue().name()))
                            .toList())
                    .find(asked);
            if (result.found().isPresent()) {
                return result.found().get().value();
            } else if (result.ambiguous() || clock.now().sinceBoot().compareTo(end) > 0) {
                throw new CommandFailure(Exit.USAGE, Plain.of("nothing was sent: " + unknown(asked, result)));
            }
        }
    }

    private String unknown(String asked, NameLookup.Result<String> result) {
        String offered = result.offered().stream()
                .map(each -> each.name() + " (" + each.id() + ")")
                .collect(Collectors.joining(", "));
        return result.ambiguous()
                ? "'" + asked + "' may be any of: " + offered
                : "no host in " + Topic.HOSTS.named(settings.topicPrefix()) + " is called '" + asked + "'"
                        + (offered.isEmpty() ? "" : "; near: " + offered);
    }

    /** The hosts that a command is for, by what they report of themselves. */
    Set<String> hosts(Target target) {
        if (target instanceof Target.Host one) {
            return Set.of(one.id());
        }
        Set<String> hosts = new TreeSet<>();
        reported().forEach((host, state) -> {
            if (!(target instanceof Target.Labels selected)
                    || state.labels().entrySet().containsAll(selected.labels().entrySet())) {
                hosts.add(host);
            }
        });
        if (hosts.isEmpty()) {
            throw new CommandFailure(
                    Exit.USAGE,
                    "nothing was sent: no host in " + Topic.HOSTS.named(settings.topicPrefix()) + " has these labels");
        }
        return hosts;
    }

    /** When the agents that were stopped in order were stopped, by host: nobody there hears a command now. */
    Map<String, String> stopped(Set<String> hosts) {
        Map<String, String> stopped = new TreeMap<>();
        known.forEach((host, state) -> {
            Instant at = state.stoppedAt();
            if (at != null && hosts.contains(host)) {
                stopped.put(host, at.toString());
            }
        });
        return stopped;
    }

    private Map<String, HostState> reported() {
        Map<String, HostState> states = new TreeMap<>();
        try (KafkaConsumer<byte[], byte[]> reader = consumer()) {
            List<TopicPartition> partitions = partitions(reader, Topic.HOSTS);
            reader.assign(partitions);
            reader.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> reader.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<byte[], byte[]> record : reader.poll(LOOK)) {
                    String host = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
                    HostState state = state(record);
                    if (state == null) {
                        states.remove(host);
                    } else {
                        states.put(host, state);
                    }
                }
            }
        } catch (KafkaException e) {
            throw unreachable(e);
        }
        known = states;
        return states;
    }

    private static @Nullable HostState state(ConsumerRecord<byte[], byte[]> record) {
        CloudEvent cloud = cloud(record);
        try {
            StateReport report = cloud == null ? null : StateFormat.fromCloudEvent(cloud);
            return report != null && report.state() instanceof HostState state ? state : null;
        } catch (EventFormatException e) {
            return null;
        }
    }

    /** Writes a command; where it is when the broker has it. */
    RecordMetadata send(String key, Message message) throws InterruptedException {
        Map<String, Object> writing = new HashMap<>(connection);
        writing.put("acks", "all");
        writing.put("delivery.timeout.ms", (int) PATIENCE.toMillis());
        writing.put("request.timeout.ms", (int) PATIENCE.toMillis() / 2);
        writing.put("max.block.ms", (int) PATIENCE.toMillis());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(writing, new ByteArraySerializer(), new ByteArraySerializer())) {
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                    Topic.COMMANDS.named(settings.topicPrefix()),
                    key.isEmpty() ? null : key.getBytes(StandardCharsets.UTF_8),
                    message.value());
            message.headers()
                    .forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
            return producer.send(record).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw unreachable(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException | KafkaException e) {
            throw unreachable(e);
        }
    }

    /** The next events that hosts wrote as replies or dead letters; none when nothing came for a moment. */
    List<Event> next() {
        List<Event> events = new ArrayList<>();
        try {
            for (ConsumerRecord<byte[], byte[]> record : answers.poll(LOOK)) {
                CloudEvent cloud = cloud(record);
                Event event = cloud == null ? null : event(cloud);
                if (event != null) {
                    events.add(event);
                }
            }
        } catch (KafkaException e) {
            throw unreachable(e);
        }
        return events;
    }

    private static @Nullable Event event(CloudEvent cloud) {
        try {
            return CloudEventsFormat.fromCloudEvent(cloud);
        } catch (EventFormatException e) {
            return null;
        }
    }

    /** What others write into these topics is not our trouble. */
    private static @Nullable CloudEvent cloud(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return null;
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (Header header : record.headers()) {
            headers.put(header.key(), header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8));
        }
        try {
            return Message.toCloudEvent(record.value(), headers);
        } catch (EventFormatException e) {
            return null;
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        Map<String, Object> reading = new HashMap<>(connection);
        reading.put("enable.auto.commit", "false");
        reading.put("allow.auto.create.topics", "false");
        reading.put("default.api.timeout.ms", (int) PATIENCE.toMillis());
        try {
            return new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        } catch (KafkaException e) {
            throw unreachable(e);
        }
    }

    private List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> reader, Topic topic) {
        String name = topic.named(settings.topicPrefix());
        List<TopicPartition> partitions = reader.partitionsFor(name).stream()
                .map(info -> new TopicPartition(name, info.partition()))
                .toList();
        if (partitions.isEmpty()) {
            throw new CommandFailure(
                    Exit.UNREACHABLE, "there is no topic " + name + " yet: has an agent ever been connected?");
        }
        return partitions;
    }

    private CommandFailure unreachable(Throwable failure) {
        return new CommandFailure(
                Exit.UNREACHABLE,
                "Kafka at " + settings.bootstrapServers() + " does not do it: " + Plain.of(properties.why(failure)));
    }

    @Override
    public void close() {
        answers.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(CLOSE));
    }
}
