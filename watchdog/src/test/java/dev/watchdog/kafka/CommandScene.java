package dev.watchdog.kafka;

import dev.watchdog.agent.Agent;
import dev.watchdog.agent.Configuration;
import dev.watchdog.events.CloudEventsFormat;
import dev.watchdog.events.CommandEvent;
import dev.watchdog.events.CommandRequest;
import dev.watchdog.events.CommandSigner;
import dev.watchdog.events.ContentMode;
import dev.watchdog.events.Event;
import dev.watchdog.events.EventData;
import dev.watchdog.events.Keys;
import dev.watchdog.events.Message;
import dev.watchdog.events.RecordEvent;
import dev.watchdog.events.Target;
import dev.watchdog.events.Topic;
import dev.watchdog.healing.Domain;
import dev.watchdog.linux.HostIdentity;
import dev.watchdog.linux.SystemClock;
import dev.watchdog.testing.KafkaTopics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Agents on topics of their own, and one who commands them. */
public final class CommandScene implements AutoCloseable {
    private final Path directory;
    private final String servers;
    private final String prefix;
    private final KafkaTopics topics;
    private final KeyPair pair = Keys.generate();
    private final CommandSigner signer = new CommandSigner("ops", pair.getPrivate());
    private final Producer<String, byte[]> producer;
    private final Map<Topic, List<Event>> heard = new EnumMap<>(Topic.class);
    private final List<Exception> lost = new CopyOnWriteArrayList<>();
    private @Nullable Consumer<String, byte[]> listener;

    /** Makes the key ring; the agents make the topics. */
    public CommandScene(Path directory, String servers, KafkaTopics topics) throws IOException {
        this.directory = directory;
        this.servers = servers;
        this.topics = topics;
        this.prefix = KafkaTopics.prefix();
        this.producer = topics.producer();
        ring("verbs: [\"*\"], subjects: [\"*\"], fleet: true");
        Files.writeString(directory.resolve("ops.pem"), Keys.toPem(pair.getPrivate()));
    }

    /** What the one key may. */
    void ring(String rights) throws IOException {
        Path fresh = Files.writeString(
                directory.resolve("keys.fresh"),
                "keys:\n  - { id: ops, publicKey: " + Keys.toText(pair.getPublic()) + ", " + rights + " }\n");
        Files.setPosixFilePermissions(fresh, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
        Files.move(fresh, directory.resolve("keys.yaml"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    public Path privateKey() {
        return directory.resolve("ops.pem");
    }

    String topic(Topic topic) {
        return topic.named(prefix);
    }

    /** The topics that there are. */
    public Collection<String> topicNames() {
        return topics.names(prefix);
    }

    public String prefix() {
        return prefix;
    }

    KafkaTopics topics() {
        return topics;
    }

    CommandSigner signer() {
        return signer;
    }

    /** What an agent of this id is made of; its journal is kept below the scene's directory. */
    public Agent.Setup setup(String host, Map<String, String> more, Domain... domains) throws IOException {
        return setup(directory, servers, prefix, host, more, domains);
    }

    static Agent.Setup setup(
            Path directory, String servers, String prefix, String host, Map<String, String> more, Domain... domains)
            throws IOException {
        Path own = Files.createDirectories(directory.resolve(host));
        Map<String, String> environment = environment(directory, servers, prefix, host);
        environment.putAll(more);
        Path file = Files.writeString(own.resolve("watchdog.yaml"), "");
        return new Agent.Setup(
                Configuration.load(file, environment, List.of(domains)),
                List.of(domains),
                SystemClock.open(),
                new HostIdentity("0123456789abcdef0123456789abcdef", host, "machine-id"),
                "test");
    }

    /** What an agent of this id is configured by. */
    Map<String, String> environment(String host) {
        return environment(directory, servers, prefix, host);
    }

    private static Map<String, String> environment(Path directory, String servers, String prefix, String host) {
        Path own = directory.resolve(host);
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("WATCHDOG_HOST_ID", host);
        environment.put("WATCHDOG_HOST_LABELS", "name=" + host + ",rack=r1");
        environment.put("WATCHDOG_JOURNAL_DIRECTORY", own.resolve("journal").toString());
        environment.put("WATCHDOG_CONTROL_SOCKET", own.resolve("control.sock").toString());
        environment.put("WATCHDOG_HTTP_LISTEN", "127.0.0.1:0");
        environment.put("WATCHDOG_KAFKA_BOOTSTRAP_SERVERS", servers);
        environment.put("WATCHDOG_KAFKA_TOPIC_PREFIX", prefix);
        environment.put(
                "WATCHDOG_KAFKA_COMMANDS_KEY_RING",
                directory.resolve("keys.yaml").toString());
        return environment;
    }

    /** A command of ours that is good for ten minutes. */
    CommandRequest request(Target target, String verb, Map<String, String> arguments) {
        Instant now = Instant.now();
        return request(target, verb, arguments, now, now.plus(Duration.ofMinutes(10)));
    }

    CommandRequest request(Target target, String verb, Map<String, String> arguments, Instant time, Instant expiry) {
        return new CommandRequest(
                UUID.randomUUID().toString(),
                "/users/test",
                time,
                expiry,
                verb,
                target,
                arguments,
                Map.of(),
                "a test",
                false);
    }

    /** Signs and sends it; returns its id. */
    String send(CommandRequest request) {
        return send(request, signer.sign(request, ContentMode.STRUCTURED));
    }

    String send(CommandRequest request, Message message) {
        send(toRecord(request.target() instanceof Target.Host one ? one.id() : null, message));
        return request.id();
    }

    /** Signs it and sends it with what comes after it, without waiting. */
    void sendSoon(CommandRequest request) {
        String key = request.target() instanceof Target.Host one ? one.id() : null;
        var unused = producer.send(toRecord(key, signer.sign(request, ContentMode.BINARY)), (sent, failure) -> {
            if (failure != null) {
                lost.add(failure);
            }
        });
    }

    /** What became of those that were not waited for. */
    List<Exception> lost() {
        producer.flush();
        return lost;
    }

    /** Writes any record and waits until the broker has it. */
    void send(ProducerRecord<String, byte[]> sent) {
        try {
            producer.send(sent).get(60, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("cannot write to " + sent.topic(), e);
        }
    }

    ProducerRecord<String, byte[]> toRecord(@Nullable String key, Message message) {
        ProducerRecord<String, byte[]> sent = new ProducerRecord<>(topic(Topic.COMMANDS), key, message.value());
        message.headers().forEach((name, value) -> sent.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        return sent;
    }

    /** All events of replies or dead letters so far, as an outsider reads them. */
    List<Event> events(Topic topic) {
        listen();
        return List.copyOf(heard.getOrDefault(topic, List.of()));
    }

    /** Takes what came since. */
    void listen() {
        Consumer<String, byte[]> open = listener;
        if (open == null) {
            if (!topics.names(prefix).containsAll(List.of(topic(Topic.REPLIES), topic(Topic.DEAD_LETTERS)))) {
                return; // the agents have not made them yet
            }
            open = topics.consumer(topic(Topic.REPLIES), topic(Topic.DEAD_LETTERS));
            listener = open;
        }
        for (ConsumerRecord<String, byte[]> each : open.poll(Duration.ofMillis(20))) {
            Topic topic = each.topic().equals(topic(Topic.REPLIES)) ? Topic.REPLIES : Topic.DEAD_LETTERS;
            heard.computeIfAbsent(topic, any -> new ArrayList<>()).add(event(each));
        }
    }

    static Event event(ConsumerRecord<String, byte[]> read) {
        Map<String, String> headers = new LinkedHashMap<>();
        read.headers().forEach(header -> headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
        return Objects.requireNonNull(CloudEventsFormat.fromCloudEvent(Message.toCloudEvent(read.value(), headers)));
    }

    /** The final answers to a command so far, each once, however often it was sent. */
    List<Event> answers(String command) {
        return events(Topic.REPLIES).stream()
                .filter(event -> command.equals(event.correlation()) && isFinal(event.data()))
                .collect(Collectors.toMap(
                        event -> event.source() + " " + event.id(),
                        event -> event,
                        (one, same) -> one,
                        LinkedHashMap::new))
                .values()
                .stream()
                .toList();
    }

    /** The different final answers to each command so far. */
    Map<String, Set<Event>> finals() {
        return events(Topic.REPLIES).stream()
                .filter(event -> event.correlation() != null && isFinal(event.data()))
                .collect(Collectors.groupingBy(Event::correlation, Collectors.toSet()));
    }

    List<RecordEvent.Refused> deadLetters() {
        return events(Topic.DEAD_LETTERS).stream()
                .map(Event::data)
                .filter(RecordEvent.Refused.class::isInstance)
                .map(RecordEvent.Refused.class::cast)
                .toList();
    }

    static boolean isFinal(EventData data) {
        return data instanceof CommandEvent.Succeeded
                || data instanceof CommandEvent.Failed
                || data instanceof CommandEvent.Rejected
                || data instanceof CommandEvent.Expired;
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(1));
        if (listener != null) {
            listener.close(CloseOptions.timeout(Duration.ofSeconds(1)));
        }
    }
}
