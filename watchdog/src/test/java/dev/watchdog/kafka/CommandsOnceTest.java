package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.events.CommandEvent;
import dev.watchdog.events.CommandRequest;
import dev.watchdog.events.CommandSigner;
import dev.watchdog.events.ContentMode;
import dev.watchdog.events.Event;
import dev.watchdog.events.Evidence;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.events.Keys;
import dev.watchdog.events.Message;
import dev.watchdog.events.Severity;
import dev.watchdog.events.Subject;
import dev.watchdog.events.Target;
import dev.watchdog.healing.Bus;
import dev.watchdog.healing.Gates;
import dev.watchdog.healing.HealerVerticle;
import dev.watchdog.healing.LiveState;
import dev.watchdog.healing.Policy;
import dev.watchdog.journal.Batch;
import dev.watchdog.journal.Entry;
import dev.watchdog.journal.JournalOptions;
import dev.watchdog.journal.Query;
import dev.watchdog.journal.SqliteJournal;
import dev.watchdog.linux.Moment;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody without a key sends a signed command once more, after something was done to make the host forget it. The
 * ledger, the healer and the reader are the real ones; the clock is in the test's hand.
 */
@NullUnmarked // what must be there is dereferenced: a null fails the test
@Timeout(240)
class CommandsOnceTest {
    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final KeyPair PAIR = Keys.generate();
    private static final KeyRing RING = new KeyRing(List.of(new KeyEntry(
            "ops", new Ed25519Key(PAIR.getPublic()), List.of("*"), List.of("*"), Optional.of(true), Optional.empty())));

    @TempDir
    Path temp;

    private final PretendTopic topic = new PretendTopic();
    private final List<Event> repeated = new CopyOnWriteArrayList<>();
    private volatile Moment now = new Moment("boot", Duration.ofHours(9), NOW);
    private Vertx vertx;
    private LiveState live;
    private SqliteJournal journal;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        live = new LiveState();
        journal = SqliteJournal.open(JournalOptions.of(temp.resolve("journal"), "h1"), () -> now);
        Bus bus = new Bus(vertx);
        Policy policy = new Policy(Map.of(), Gates.SHIPPED, Map.of(), Map.of());
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        CommandDoor door = new CommandDoor(
                KafkaScene.settings("b:9092", "w."),
                new HostFacts("h1", "node1", Map.of(), "1.0", NOW, "heal"),
                new KafkaDoor.Agent(journal, bus, live, policy, () -> now, List::of, registry),
                () -> RING,
                new KafkaFigures(registry, journal),
                repeated::add,
                any -> Future.succeededFuture(topic.reader(vertx)),
                Throwable::toString);
        KafkaScene.get(
                vertx.deployVerticle(new HealerVerticle(journal, () -> now, bus, policy, Map::of, List::of, live)));
        KafkaScene.get(vertx.deployVerticle(new CommandsVerticle(door)));
    }

    @AfterEach
    void stop() {
        KafkaScene.get(vertx.close());
        journal.close();
    }

    @Test
    void theClockIsFortyDaysAheadForAWhile() {
        Incoming pause = pause("c1", now.wall());
        topic.add(pause);
        Event answer = awaitAnswer("c1");
        assertThat(answer.data()).isInstanceOf(CommandEvent.Succeeded.class);

        stepWall(Duration.ofDays(40));
        pass(Duration.ofSeconds(80));
        letTheJournalForget();
        topic.add(again(pause));
        awaitBlind("clock");
        awaitBlind("kafka-commands");
        assertThat(live.healer().blind().get("kafka-commands").why()).contains("was set 40 d 0 h ahead");
        assertThat(repeated).as("answered while the clock is in doubt").isEmpty();

        stepWall(Duration.ofDays(-40));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(repeated).containsExactly(answer));
        await().atMost(PATIENCE).until(() -> live.healer().blind().isEmpty());
        assertThat(accepted()).containsExactly("c1");
    }

    @Test
    void theClockIsSetBackToWhenACommandHadNotExpired() {
        Incoming pause = pause("c1", now.wall());
        pass(Duration.ofMinutes(11));
        topic.add(pause);
        assertThat(awaitAnswer("c1").data()).isInstanceOf(CommandEvent.Expired.class);
        Incoming kept = pause("c2", NOW);

        stop();
        now = new Moment("boot of another day", Duration.ofMinutes(1), NOW.plusSeconds(60));
        start();
        topic.add(kept);
        awaitBlind("kafka-commands");
        now = new Moment(now.boot(), now.sinceBoot(), NOW.plus(Duration.ofMinutes(30)));
        assertThat(awaitAnswer("c2").data()).isInstanceOf(CommandEvent.Expired.class);
        assertThat(accepted()).isEmpty();
    }

    @Test
    void theJournalIsMovedAsideAndTheTopicReadFromItsBeginning() throws Exception {
        topic.add(pause("c0", now.wall()));
        awaitAnswer("c0");
        pass(Duration.ofMinutes(20));
        topic.add(pause("c1", now.wall()));
        awaitAnswer("c1");

        stop();
        Files.move(temp.resolve("journal"), temp.resolve("journal.damaged"));
        pass(Duration.ofSeconds(30));
        start();
        topic.add(pause("c2", now.wall()));
        assertThat(awaitAnswer("c2").data()).isInstanceOf(CommandEvent.Succeeded.class);
        assertThat(accepted()).containsExactly("c2");
        assertThat(((CommandEvent.Rejected) awaitAnswer("c1").data()).why()).contains("ask again");
        assertThat(awaitAnswer("c0").data()).isInstanceOf(CommandEvent.Expired.class);
    }

    private Incoming pause(String id, Instant sent) {
        CommandRequest request = new CommandRequest(
                id,
                "/users/test",
                sent,
                sent.plus(Duration.ofMinutes(10)),
                "pause",
                new Target.Host("h1"),
                Map.of("for", "PT1H"),
                Map.of(),
                "a test",
                false);
        Message message = new CommandSigner("ops", PAIR.getPrivate()).sign(request, ContentMode.BINARY);
        return record(message.value(), message.headers());
    }

    private Incoming again(Incoming sent) {
        return record(sent.value(), sent.headers());
    }

    private Incoming record(byte[] value, Map<String, String> headers) {
        byte[] key = "h1".getBytes(StandardCharsets.UTF_8);
        return new Incoming("w.commands", 0, topic.size(), key, value, headers, false);
    }

    /** After so much it looks what may go before it writes anything else. */
    private void letTheJournalForget() {
        Evidence much = Evidence.of("x".repeat(1_000));
        List<Entry> entries = java.util.Collections.nCopies(
                300,
                new Entry(Subject.HOST, now.wall(), Severity.INFO, null, null, new FaultRaised("f", "test", much)));
        KafkaScene.get(journal.append(Batch.of(entries)));
        KafkaScene.get(journal.append(Batch.of(List.of())));
    }

    private void stepWall(Duration by) {
        now = new Moment(now.boot(), now.sinceBoot(), now.wall().plus(by));
    }

    private void pass(Duration time) {
        now = new Moment(now.boot(), now.sinceBoot().plus(time), now.wall().plus(time));
    }

    private void awaitBlind(String sensor) {
        await().atMost(PATIENCE).until(() -> {
            pass(Duration.ofSeconds(1)); // the reader tells of trouble that lasts
            return live.healer().blind().containsKey(sensor);
        });
    }

    private Event awaitAnswer(String command) {
        await().atMost(PATIENCE).until(() -> !answers(command).isEmpty());
        List<Event> answers = answers(command);
        assertThat(answers).hasSize(1);
        return answers.get(0);
    }

    private List<Event> answers(String command) {
        return KafkaScene.get(journal.read(Query.of(command))).stream()
                .filter(event -> CommandScene.isFinal(event.data()))
                .toList();
    }

    private List<String> accepted() {
        return KafkaScene.get(journal.read(Query.after(0, 10_000))).stream()
                .map(Event::data)
                .filter(CommandEvent.Accepted.class::isInstance)
                .map(data -> ((CommandEvent.Accepted) data).command())
                .toList();
    }
}
