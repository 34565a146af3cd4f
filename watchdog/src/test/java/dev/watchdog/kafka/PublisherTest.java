package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.events.CloudEventsFormat;
import dev.watchdog.events.Event;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.events.Message;
import dev.watchdog.events.RecordEvent;
import dev.watchdog.events.Topic;
import dev.watchdog.healing.Bus;
import dev.watchdog.healing.Gates;
import dev.watchdog.healing.KnownNames;
import dev.watchdog.healing.LiveState;
import dev.watchdog.healing.Policy;
import dev.watchdog.journal.Batch;
import dev.watchdog.journal.Entry;
import dev.watchdog.journal.MemoryJournal;
import dev.watchdog.linux.Moment;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The way out without a broker: sinks that take, refuse and fail as a seed will have it. */
@Timeout(120)
class PublisherTest {
    private static final long SEED = 20_261_128;
    private static final int ENTRIES = 3_000;
    private static final int FAILURES = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final KafkaSettings SETTINGS = KafkaScene.settings("b:9092", "w.");

    private final Vertx vertx = Vertx.vertx();
    private final MemoryJournal journal = new MemoryJournal();
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final List<Event> delivered = new CopyOnWriteArrayList<>();
    private final Set<Long> refused = ConcurrentHashMap.newKeySet();
    /** Events at whose first sending the sink ends. */
    private final Set<Long> fatal = ConcurrentHashMap.newKeySet();

    private final AtomicLong seconds = new AtomicLong();
    private final KafkaFigures figures = new KafkaFigures(new SimpleMeterRegistry(), journal);

    @AfterEach
    void stop() {
        KafkaScene.get(vertx.close());
    }

    @Test
    void whateverFailsEverythingArrivesInOrderOrIsToldAside() {
        while (fatal.size() < FAILURES) {
            fatal.add(1 + random.nextLong(ENTRIES));
        }
        publisher();
        for (int i = 0; i < ENTRIES; i += 100) {
            List<Entry> entries = new ArrayList<>();
            for (int n = i; n < i + 100; n++) {
                entries.add(KafkaScene.entry("n" + n));
            }
            KafkaScene.get(journal.append(Batch.of(entries)));
        }
        await().atMost(PATIENCE)
                .until(() ->
                        figures.report().lag() == 0 && KafkaScene.get(journal.cursor(EventFeed.READER)) >= ENTRIES);

        List<Event> faults = KafkaScene.withoutRepeats(delivered).stream()
                .filter(event -> event.data() instanceof FaultRaised)
                .toList();
        assertThat(faults).extracting(Event::id).isSorted();
        assertThat(faults.size() + refused.size()).isEqualTo(ENTRIES);
        assertThat(delivered.stream()
                        .filter(event -> event.data() instanceof RecordEvent.Undelivered)
                        .map(event -> ((RecordEvent.Undelivered) event.data()).event())
                        .collect(Collectors.toSet()))
                .containsExactlyInAnyOrderElementsOf(refused);
        assertThat(fatal).isEmpty();
        assertThat(refused).isNotEmpty();
    }

    @Test
    void whileTheJournalCannotRememberItIsNotForgottenThatItHasToBe() {
        KafkaScene.get(journal.append(Batch.of(List.of(KafkaScene.entry("n0")))));
        publisher();
        await().atMost(PATIENCE).until(() -> KafkaScene.get(journal.cursor(EventFeed.READER)) == journal.last());
    }

    /** Makes one on a context of its own and starts it. */
    private void publisher() {
        Policy policy = new Policy(Map.of(), Gates.SHIPPED, Map.of(), Map.of());
        HostFacts host = new HostFacts(KafkaScene.HOST, "node1", Map.of(), "1.0", Instant.EPOCH, "heal");
        Snapshot snapshot = new Snapshot(host, journal, new LiveState(), policy, List::of, figures);
        Publisher.Parts parts = new Publisher.Parts(
                SETTINGS,
                host,
                journal,
                new Bus(vertx),
                this::now,
                snapshot,
                new KnownNames("node1", new LiveState(), List::of, this::now),
                figures,
                new Repeats(),
                new MoodyClients());
        Context context = vertx.getOrCreateContext();
        context.runOnContext(then -> new Publisher(parts, context, Map.of(), 0).start());
    }

    /** Each look is half a minute after the one before: nothing waits for long to be trusted again. */
    private Moment now() {
        return new Moment("boot", Duration.ofSeconds(30 * seconds.incrementAndGet()), Instant.EPOCH);
    }

    private final class MoodyClients implements Clients {
        @Override
        public Cluster cluster() {
            return new Cluster() {
                @Override
                public CompletableFuture<Map<String, TopicState>> describe(Collection<String> topics) {
                    return CompletableFuture.completedFuture(
                            topics.stream().collect(Collectors.toMap(name -> name, name -> new TopicState(name, 3))));
                }

                @Override
                public CompletableFuture<Map<Integer, Long>> oldest(String topic, Set<Integer> partitions) {
                    return CompletableFuture.failedFuture(new IOException("nothing is read here"));
                }

                @Override
                public CompletableFuture<Void> create(Set<String> topics, Set<String> compacted) {
                    return CompletableFuture.failedFuture(new IOException("there is nothing to make"));
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public RecordSink sink(Vertx vertx, Collection<String> topics) {
            return new MoodySink();
        }

        @Override
        public Fetcher fetcher(String topic) throws IOException {
            throw new IOException("nothing is read here");
        }

        @Override
        public String why(Throwable failure) {
            return String.valueOf(failure.getMessage());
        }
    }

    /** Takes records in order; what was taken may still fail, as when an answer is lost, and so does all after it. */
    private final class MoodySink implements RecordSink {
        private boolean ended;

        @Override
        public Future<Void> send(String topic, int partition, OutRecord record) {
            Promise<Void> told = Promise.promise();
            Message message = record.message();
            if (!ended && message != null && record.topic() != Topic.HOSTS) {
                Event event = Objects.requireNonNull(
                        CloudEventsFormat.fromCloudEvent(Message.toCloudEvent(message.value(), message.headers())));
                if (fatal.remove(event.id())) {
                    ended = true;
                    if (random.nextBoolean()) {
                        delivered.add(event);
                    }
                } else if (event.data() instanceof FaultRaised && event.id() % 97 == 0) {
                    refused.add(event.id());
                    vertx.runOnContext(then -> told.fail(new RefusedException("too large", new IOException())));
                    return told.future();
                } else {
                    delivered.add(event);
                }
            }
            boolean failed = ended;
            vertx.setTimer(1 + random.nextInt(3), timer -> {
                if (failed) {
                    told.fail("the broker went away");
                } else {
                    told.complete();
                }
            });
            return told.future();
        }

        @Override
        public void close() {
            ended = true;
        }
    }
}
