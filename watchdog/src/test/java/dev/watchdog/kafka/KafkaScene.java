package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.events.CloudEventsFormat;
import dev.watchdog.events.ContentMode;
import dev.watchdog.events.Event;
import dev.watchdog.events.Evidence;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.events.Message;
import dev.watchdog.events.Severity;
import dev.watchdog.events.Subject;
import dev.watchdog.events.Topic;
import dev.watchdog.healing.Answer;
import dev.watchdog.healing.Bus;
import dev.watchdog.healing.Command;
import dev.watchdog.healing.DomainRuntime;
import dev.watchdog.healing.FaultKind;
import dev.watchdog.healing.Finding;
import dev.watchdog.healing.Gates;
import dev.watchdog.healing.HealerVerticle;
import dev.watchdog.healing.LiveState;
import dev.watchdog.healing.Mode;
import dev.watchdog.healing.Policy;
import dev.watchdog.healing.Unit;
import dev.watchdog.healing.WatchedSubject;
import dev.watchdog.journal.Batch;
import dev.watchdog.journal.Entry;
import dev.watchdog.journal.JournalOptions;
import dev.watchdog.journal.SqliteJournal;
import dev.watchdog.linux.Moment;
import dev.watchdog.linux.SystemClock;
import dev.watchdog.testing.KafkaTopics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A journal, a healer that decides nothing but commands, and this room between them and a real broker. */
public final class KafkaScene implements AutoCloseable {
    static final String HOST = "host-1";
    private static final String LOST = "container.rootfs-lost";
    static final Duration PATIENCE = Duration.ofSeconds(90);

    /** The healer's own patience is seconds; what would take as long as a broker's is far more. */
    private static final Duration AT_ONCE = Duration.ofSeconds(5);

    final Vertx vertx = Vertx.vertx();
    final Bus bus = new Bus(vertx);
    final LiveState live = new LiveState();
    final SqliteJournal journal;
    final List<WatchedSubject> watched = new CopyOnWriteArrayList<>();
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final SystemClock clock = SystemClock.open();
    private final KafkaSettings settings;
    private final List<String> deployments = new ArrayList<>();
    private final KafkaDoor door;

    /** Opens the journal and deploys everything. */
    public KafkaScene(Path directory, KafkaSettings settings) throws IOException {
        this.settings = settings;
        journal = SqliteJournal.open(JournalOptions.of(directory, HOST), clock);
        Policy policy = new Policy(
                Map.of(LOST, Mode.OBSERVE),
                Gates.SHIPPED,
                Map.of(LOST, new FaultKind(LOST, "container", Severity.ERROR, "lost root")),
                Map.of());
        get(vertx.deployVerticle(new HealerVerticle(journal, clock, bus, policy, Map::of, List::of, live)));
        door = door(policy);
        deploy();
    }

    /** The shipped settings but for where the broker is and what its topics begin with. */
    public static KafkaSettings settings(String servers, String prefix) {
        return with(servers, prefix, ContentMode.STRUCTURED, true, Map.of(), Map.of());
    }

    static KafkaSettings with(
            String servers,
            String prefix,
            ContentMode mode,
            boolean createTopics,
            Map<String, String> properties,
            Map<String, String> secrets) {
        return new KafkaSettings(
                servers,
                prefix,
                mode,
                createTopics,
                Duration.ofSeconds(1),
                properties,
                secrets,
                KafkaSettings.SHIPPED.commands());
    }

    private KafkaDoor door(Policy policy) {
        return new KafkaDoor(
                settings,
                new HostFacts(HOST, "node1", Map.of("rack", "b7"), "1.0", Instant.EPOCH, "heal"),
                new KafkaDoor.Agent(journal, bus, live, policy, clock, () -> List.of(new Inventory()), registry));
    }

    /** Puts the way out up. */
    public void deploy() {
        for (Unit unit : door.readers()) {
            DeploymentOptions options = new DeploymentOptions()
                    .setThreadingModel(ThreadingModel.WORKER)
                    .setWorkerPoolName(unit.name())
                    .setWorkerPoolSize(4);
            deployments.add(get(vertx.deployVerticle(unit.make().get(), options)));
        }
    }

    /** Takes the way out down and puts it up again, as a supervisor would. */
    void redeploy() {
        undeploy();
        deploy();
    }

    /** Takes the way out down. */
    public void undeploy() {
        deployments.forEach(id -> get(vertx.undeploy(id)));
        deployments.clear();
    }

    /** How it stands with Kafka. */
    public KafkaReport report() {
        return door.report();
    }

    void again(Event answer) {
        door.again(answer);
    }

    /** Journals so many faults, numbered from {@code from}. */
    public void append(int from, int count) {
        CompletableFuture<?> last = CompletableFuture.completedFuture(null);
        int batch = 200;
        for (int i = from; i < from + count; i += batch) {
            List<Entry> entries = new ArrayList<>();
            for (int n = i; n < Math.min(from + count, i + batch); n++) {
                entries.add(entry("n" + n));
            }
            last = journal.append(Batch.of(entries));
            if (i % (20 * batch) == 0) {
                get(last);
            }
        }
        get(last);
    }

    static Entry entry(String text) {
        return new Entry(
                Subject.parse("container/c1"),
                Instant.now(),
                Severity.ERROR,
                null,
                null,
                new FaultRaised("f1", LOST, Evidence.of(text)));
    }

    /** Tells the healer that a container has just been seen broken; nothing would mend it. */
    public void see(String container) {
        Moment now = clock.now();
        bus.report(List.of(
                new Finding.Faulty(new Subject("container", container), LOST, Evidence.of("no root"), null, now, now)));
    }

    static String text(Event event) {
        return ((FaultRaised) event.data()).evidence().summary();
    }

    /** Waits until all that is journalled is delivered. */
    public void awaitDelivered() {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> report().connected() && report().cursor() >= journal.last());
    }

    /** Waits until what is journalled now is delivered, although more may come. */
    void awaitDeliveredSoFar() {
        long last = journal.last();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> report().cursor() >= last);
    }

    /** Asks the healer for something, again and again: it answers at once, whatever Kafka does. */
    void assertHealerAnswersAtOnce() {
        for (int i = 0; i < 20; i++) {
            String id = UUID.randomUUID().toString();
            Answer answer = get(bus.ask(new Command(id, "resume", Map.of(), "http", "a test"), AT_ONCE));
            assertThat(answer.command()).isEqualTo(id);
        }
    }

    /**
     * What a reader has who drops what he has seen by source and id: all faults, in the order in which they were
     * journalled.
     */
    void assertAllArrivedOnce(KafkaTopics topics, int count) {
        List<Event> all = withoutRepeats(events(topics.read(Topic.FAULTS.named(settings.topicPrefix()))));
        assertThat(all).extracting(Event::id).isSorted();
        assertThat(all.stream()
                        .filter(event -> event.data() instanceof FaultRaised)
                        .map(KafkaScene::text)
                        .toList())
                .isEqualTo(PublisherIT.names(0, count));
        assertThat(report().lag()).isZero();
    }

    /** The names of the topics that it writes to. */
    List<String> topics() {
        return Stream.of(Topic.values())
                .map(topic -> topic.named(settings.topicPrefix()))
                .toList();
    }

    /** Waits until nothing reaches Kafka for this reason, and the healer knows that something is amiss. */
    void awaitBlind(String why) {
        await().atMost(PATIENCE)
                .until(() -> String.valueOf(report().why()).contains(why)
                        && live.healer().blind().containsKey(Link.SENSOR));
    }

    /** Reads records as events; a record that is none is a failure. */
    static List<Event> events(List<ConsumerRecord<String, byte[]>> records) {
        List<Event> events = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> record : records) {
            events.add(Objects.requireNonNull(
                    CloudEventsFormat.fromCloudEvent(Message.toCloudEvent(record.value(), headers(record)))));
        }
        return events;
    }

    static Map<String, String> headers(ConsumerRecord<String, byte[]> record) {
        Map<String, String> headers = new HashMap<>();
        record.headers()
                .forEach(header -> headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
        return headers;
    }

    /** What is left of the first of each id, in the order of the records. */
    static List<Event> withoutRepeats(List<Event> events) {
        Map<Long, Event> first = new LinkedHashMap<>();
        events.forEach(event -> first.putIfAbsent(event.id(), event));
        return List.copyOf(first.values());
    }

    static <T> T get(Future<T> future) {
        return get(future.toCompletionStage().toCompletableFuture());
    }

    static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        undeploy();
        get(vertx.close());
        journal.close();
    }

    private final class Inventory implements DomainRuntime {
        @Override
        public List<Unit> units() {
            return List.of();
        }

        @Override
        public List<WatchedSubject> inventory() {
            return watched;
        }

        @Override
        public CompletableFuture<List<Finding>> check() {
            return CompletableFuture.completedFuture(List.of());
        }

        @Override
        public void close() {}
    }
}
