package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.events.CommandRequest;
import dev.watchdog.events.CommandSigner;
import dev.watchdog.events.ContentMode;
import dev.watchdog.events.Event;
import dev.watchdog.events.Keys;
import dev.watchdog.events.Message;
import dev.watchdog.events.RecordEvent;
import dev.watchdog.events.Target;
import dev.watchdog.healing.Bus;
import dev.watchdog.healing.Gates;
import dev.watchdog.healing.LiveState;
import dev.watchdog.healing.Policy;
import dev.watchdog.journal.MemoryJournal;
import dev.watchdog.kafka.CommandSource.Layout;
import dev.watchdog.kafka.CommandSource.Polled;
import dev.watchdog.linux.Moment;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The reader of commands over a source that answers when the test does, at times that the test sets. */
@Timeout(120)
class CommandsVerticleTest {
    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final KeyPair PAIR = Keys.generate();
    private static final KeyRing RING = new KeyRing(List.of(new KeyEntry(
            "ops", new Ed25519Key(PAIR.getPublic()), List.of("*"), List.of("*"), Optional.of(true), Optional.empty())));
    private static final Polled NOTHING = new Polled(List.of(), List.of(), true);
    private static final Polled SILENCE = new Polled(List.of(), List.of(), false);

    private final Vertx vertx = Vertx.vertx();
    private final MemoryJournal journal = new MemoryJournal();
    private final AtomicLong seconds = new AtomicLong(100);
    private final AtomicInteger looksAtTopic = new AtomicInteger();
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger handedIn = new AtomicInteger();
    private final BlockingQueue<Promise<Polled>> polls = new LinkedBlockingQueue<>();
    private volatile KeyRing ring = RING;

    @BeforeEach
    void start() {
        vertx.eventBus().<Object>addOutboundInterceptor(delivery -> {
            handedIn.addAndGet(delivery.message().address().equals("watchdog.commands") ? 1 : 0);
            delivery.next();
        });
        LiveState live = new LiveState();
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        KafkaDoor.Agent agent = new KafkaDoor.Agent(
                journal,
                new Bus(vertx),
                live,
                new Policy(Map.of(), Gates.SHIPPED, Map.of(), Map.of()),
                () -> new Moment("boot", Duration.ofSeconds(seconds.get()), NOW),
                List::of,
                registry);
        CommandDoor door = new CommandDoor(
                KafkaScene.settings("b:9092", "w."),
                new HostFacts("h1", "node1", Map.of(), "1.0", NOW, "heal"),
                agent,
                () -> ring,
                new KafkaFigures(registry, journal),
                again -> {},
                any -> {
                    opened.incrementAndGet();
                    return Future.succeededFuture(new Held());
                },
                Throwable::toString);
        KafkaScene.get(vertx.deployVerticle(new CommandsVerticle(door)));
    }

    @AfterEach
    void stop() {
        KafkaScene.get(vertx.close());
    }

    @Test
    void aKeyThatWasTakenAwayWhileAPollWaitedCommandsNothing() throws Exception {
        Promise<Polled> waits = poll();
        ring = KeyRing.EMPTY;
        seconds.addAndGet(6);
        waits.complete(new Polled(List.of(signed()), List.of(), true));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(journal.events())
                        .extracting(Event::data)
                        .singleElement()
                        .isInstanceOf(RecordEvent.Refused.class));
        assertThat(handedIn).as("taken with the key that it had").hasValue(0);
        assertThat(((RecordEvent.Refused) journal.events().get(0).data()).why())
                .isEqualTo("it is signed by an unknown key");
    }

    @Test
    void theTopicIsLookedAtHalfAMinuteLaterOrAtOnceAfterAPollThatNobodyAnswered() throws Exception {
        Promise<Polled> first = poll();
        assertThat(looksAtTopic).hasValue(1);
        seconds.addAndGet(10);
        first.complete(NOTHING);
        Promise<Polled> second = poll();
        assertThat(looksAtTopic).hasValue(1);
        second.complete(SILENCE);
        Promise<Polled> third = poll();
        assertThat(looksAtTopic).hasValue(2);
        seconds.addAndGet(30);
        third.complete(NOTHING);
        poll();
        assertThat(looksAtTopic).hasValue(3);
    }

    /** The client that waits for a fetch is as good as a new one would be. */
    @Test
    void whoeverWaitsInVainGoesOnWaitingWithTheSameClient() throws Exception {
        for (int i = 0; i < 6; i++) {
            poll().complete(SILENCE);
        }
        poll();
        assertThat(opened).hasValue(1);
    }

    private Promise<Polled> poll() throws InterruptedException {
        Promise<Polled> next = polls.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(next).as("it polls").isNotNull();
        return next;
    }

    private static Incoming signed() {
        CommandRequest request = new CommandRequest(
                "c1",
                "/users/test",
                NOW,
                NOW.plusSeconds(60),
                "report",
                new Target.Host("h1"),
                Map.of(),
                Map.of(),
                "a test",
                false);
        Message message = new CommandSigner("ops", PAIR.getPrivate()).sign(request, ContentMode.BINARY);
        return new Incoming(
                "w.commands", 0, 0, "h1".getBytes(StandardCharsets.UTF_8), message.value(), message.headers(), false);
    }

    private final class Held implements CommandSource {
        private @Nullable Promise<Polled> waiting;

        @Override
        public Future<Layout> layout() {
            looksAtTopic.incrementAndGet();
            return Future.succeededFuture(new Layout("t1", 1));
        }

        @Override
        public Future<Void> assign(Map<Integer, Optional<Long>> offsets) {
            return Future.succeededFuture();
        }

        @Override
        public Future<Polled> poll() {
            Promise<Polled> next = Promise.promise();
            waiting = next;
            polls.add(next);
            return next.future();
        }

        @Override
        public Future<Void> close() {
            Promise<Polled> last = waiting;
            if (last != null) {
                last.tryFail("closed");
            }
            return Future.succeededFuture();
        }
    }
}
