package dev.watchdog.healing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.watchdog.events.CommandEvent;
import dev.watchdog.events.Event;
import dev.watchdog.events.Evidence;
import dev.watchdog.events.Severity;
import dev.watchdog.journal.LedgerRow;
import dev.watchdog.journal.MemoryJournal;
import dev.watchdog.linux.Moment;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Commands that are handed in for a receipt: durable with their bookmark, once, and answered once. */
@Timeout(60)
class HandedInIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Moment NOW = new Moment("boot-1", Duration.ofHours(1), Instant.parse("2026-01-01T00:00:00Z"));

    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = new Bus(vertx);
    private final MemoryJournal journal = new MemoryJournal();
    private final LiveState live = new LiveState();
    private final Promise<Outcome> outcome = Promise.promise();
    private String deployment = "";

    @BeforeEach
    void start() {
        bus.remedy(HealerScene.RESTORE, action -> outcome.future());
        deploy();
    }

    @AfterEach
    void stop() {
        journal.release();
        get(vertx.close());
    }

    @Test
    void whatIsAnsweredAtOnceIsToldWithThePlaceOfItsAnswer() {
        Receipt receipt = get(bus.submit(pause("c1", "7")));
        Event last = journal.events().get(journal.events().size() - 1);
        assertThat(receipt)
                .isEqualTo(new Receipt.Answered(
                        new Answer("c1", Answer.SUCCEEDED, Evidence.of("paused until 2026-01-01T00:01:00Z")),
                        last.id()));
        assertThat(journal.state().join()).containsEntry("kafka-offset", "7");
    }

    @Test
    void whatTakesTimeIsAcceptedAndKnownFromThenOn() {
        Command heal = handIn("h1", "heal", Map.of("fault", fault()), "8");
        assertThat(get(bus.submit(heal))).isEqualTo(new Receipt.Accepted());
        assertThat(journal.state().join()).containsEntry("kafka-offset", "8");
        assertThat(get(bus.submit(heal)))
                .isInstanceOfSatisfying(
                        Receipt.Known.class,
                        known -> assertThat(known.row().answer()).isNull());
        Future<Answer> waits = bus.ask(heal, PATIENCE);
        outcome.complete(new Outcome.Undone("it would not hold"));
        assertThat(get(waits).status()).isEqualTo(Answer.FAILED);
        LedgerRow row = journal.command("/ops", "h1").join().orElseThrow();
        assertThat(row.answer()).isNotNull();
        assertThat(get(bus.submit(heal))).isEqualTo(new Receipt.Known(row));
        assertThat(get(bus.ask(heal, PATIENCE))).isEqualTo(get(waits));
        assertThat(answersTo("h1")).hasSize(1);
    }

    @Test
    void twiceAtTheSameTimeIsOnce() {
        Command heal = handIn("h1", "heal", Map.of("fault", fault()), "8");
        journal.holdAppends();
        Future<Receipt> first = bus.submit(heal);
        Future<Receipt> second = bus.submit(heal);
        await().until(() -> journal.waiting() == 1);
        journal.release();
        assertThat(get(first)).isEqualTo(new Receipt.Accepted());
        assertThat(get(second)).isEqualTo(new Receipt.Accepted());
        assertThat(told(CommandEvent.Accepted.class)).isEqualTo(1);
    }

    @Test
    void anotherOneUnderTheSameIdIsTurnedAway() {
        Command pause = pause("c1", "7");
        get(bus.submit(pause));
        int entries = journal.events().size();
        Command other = changed(pause, "/ops", "another digest");
        assertThat(get(bus.submit(other))).isInstanceOf(Receipt.Conflict.class);
        assertThat(get(bus.ask(other, PATIENCE)).status()).isEqualTo(Answer.REJECTED);
        assertThat(journal.events()).hasSize(entries);
        assertThat(journal.state().join()).containsEntry("kafka-offset", "7");

        assertThat(get(bus.submit(changed(pause, "/others", pause.digest()))))
                .as("of another sender, after the first was answered")
                .isInstanceOf(Receipt.Answered.class);
    }

    @Test
    void whileOneIsOnItsWayNobodyElseCanUseItsId() {
        Command heal = handIn("h1", "heal", Map.of("fault", fault()), "8");
        get(bus.submit(heal));
        Command other = changed(heal, "/others", heal.digest());
        assertThat(get(bus.submit(other))).isInstanceOf(Receipt.Conflict.class);
        restart();
        assertThat(get(bus.submit(other)))
                .as("after a restart, which answered the first")
                .isEqualTo(new Receipt.Accepted());
        assertThat(answersTo("h1")).hasSize(1);
    }

    @Test
    void afterARestartWhatWaitsIsStillKnownAndItsIdTaken() {
        Command heal = handIn("h1", "heal", Map.of("fault", fault()), "8");
        live.stopActing(); // it is held, so that it waits
        get(bus.submit(heal));
        restart();
        assertThat(get(bus.submit(changed(heal, "/others", heal.digest())))).isInstanceOf(Receipt.Conflict.class);
        assertThat(get(bus.submit(heal))).isInstanceOf(Receipt.Known.class);
        assertThat(answersTo("h1")).isEmpty();
    }

    @Test
    void whatWasInterruptedIsAnsweredOnceForAll() {
        Command heal = handIn("h1", "heal", Map.of("fault", fault()), "8");
        get(bus.submit(heal));
        restart();
        await().until(() -> answersTo("h1").size() == 1);
        Receipt known = get(bus.submit(heal));
        restart();
        assertThat(get(bus.submit(heal))).isEqualTo(known);
        assertThat(answersTo("h1")).hasSize(1);
    }

    @Test
    void whatCannotBeMadeDurableHasNotHappened() {
        journal.failAppends("disk full");
        assertThatThrownBy(() -> get(bus.submit(pause("c1", "7")))).hasMessageContaining("disk full");
        assertThat(journal.state().join()).doesNotContainKey("kafka-offset");
        journal.failAppends(null);
        assertThat(get(bus.submit(pause("c1", "7")))).isInstanceOf(Receipt.Answered.class);
    }

    @Test
    void whatItsDoorRefusesIsAnsweredThroughTheLedger() {
        Command pause = pause("c1", "7");
        Receipt receipt = get(bus.refuse(pause, true, "it is two days old"));
        assertThat(receipt).isInstanceOfSatisfying(Receipt.Answered.class, answered -> {
            assertThat(answered.answer())
                    .isEqualTo(new Answer("c1", Answer.EXPIRED, Evidence.of("it is two days old")));
        });
        assertThat(journal.state().join()).containsEntry("kafka-offset", "7");
        assertThat(get(bus.submit(pause))).isInstanceOf(Receipt.Known.class);
        assertThat(live.healer().core().pause()).isNull();
        assertThat(get(bus.refuse(pause("c2", "8"), false, "that key may not"))).isInstanceOf(Receipt.Answered.class);
    }

    @Test
    void aFullLedgerRefusesWhatComesWithAnExpiryAndRemembersNoneOfIt() {
        journal.fillLedger();
        Receipt receipt = get(bus.submit(pause("c1", "7")));
        assertThat(receipt)
                .isInstanceOfSatisfying(
                        Receipt.Answered.class,
                        answered ->
                                assertThat(answered.answer().result().summary()).contains("too many commands"));
        assertThat(journal.state().join()).containsEntry("kafka-offset", "7");
        assertThat(journal.command("/ops", "c1").join()).isEmpty();
        Command local = new Command("c2", "pause", Map.of("for", "PT1M"), "control-socket", "maintenance");
        assertThat(get(bus.ask(local, PATIENCE)).succeeded()).isTrue();
    }

    @Test
    void aDomainPlansItsOwnVerbs() {
        bus.plan(
                HealerScene.GIVE,
                command -> Future.succeededFuture(new Planned.Refused("no " + command.argument("size"))));
        Command give = handIn("g1", HealerScene.GIVE, Map.of("box", "c1", "size", "2GiB"), "9");
        assertThat(get(bus.submit(give))).isEqualTo(new Receipt.Accepted());
        assertThat(get(bus.ask(give, PATIENCE)).result().summary()).isEqualTo("no 2GiB");
    }

    @Test
    void aDomainThatIsNotThereOrFailsRefuses() {
        Command give = handIn("g1", HealerScene.GIVE, Map.of("box", "c1", "size", "2GiB"), "9");
        assertThat(get(bus.ask(give, PATIENCE)).status()).isEqualTo(Answer.FAILED);
        bus.plan(HealerScene.GIVE, command -> {
            throw new IllegalStateException("boom");
        });
        Command second = handIn("g2", HealerScene.GIVE, Map.of("box", "c1", "size", "2GiB"), "10");
        assertThat(get(bus.ask(second, PATIENCE)).result().summary()).contains("boom");
    }

    /** An open fault that waits for approval. */
    private String fault() {
        bus.report(List.of(HealerScene.faulty(
                HealerScene.BOX,
                HealerScene.LOST,
                new Proposal(HealerScene.RESTORE, Evidence.of("mount it again")),
                NOW)));
        await().until(() -> live.healer().faults().size() == 1);
        return live.healer().faults().get(0).id();
    }

    private void restart() {
        get(vertx.undeploy(deployment));
        deploy();
    }

    private void deploy() {
        Policy policy = new Policy(
                Map.of(HealerScene.LOST, Mode.PROPOSE),
                Gates.SHIPPED,
                Map.of(
                        HealerScene.LOST,
                        new FaultKind(HealerScene.LOST, "container", Severity.ERROR, "lost"),
                        HealerScene.SHARE,
                        new FaultKind(HealerScene.SHARE, "container", Severity.INFO, "share", Nature.WISH)),
                Map.of(HealerScene.RESTORE, new ActionKind(HealerScene.RESTORE, Duration.ofSeconds(20), "restore")),
                Map.of(
                        HealerScene.GIVE,
                        new VerbKind(
                                HealerScene.GIVE, List.of("box", "size"), "container", HealerScene.SHARE, "give")));
        deployment = get(vertx.deployVerticle(
                new HealerVerticle(journal, () -> NOW, bus, policy, () -> Map.of("container", 3), List::of, live)));
    }

    private static Command pause(String id, String offset) {
        return handIn(id, "pause", Map.of("for", "PT1M"), offset);
    }

    private static Command handIn(String id, String verb, Map<String, String> arguments, String offset) {
        return new Command(
                id,
                "/ops",
                verb,
                arguments,
                Map.of(),
                "maintenance",
                false,
                "kafka",
                "key-1",
                "digest of " + id,
                NOW.wall().plusSeconds(600),
                new Bookmark("kafka-offset", offset));
    }

    private static Command changed(Command command, String source, String digest) {
        return new Command(
                command.id(),
                source,
                command.verb(),
                command.arguments(),
                command.expect(),
                command.reason(),
                command.dryRun(),
                command.origin(),
                command.key(),
                digest,
                command.expiry(),
                new Bookmark("kafka-offset", "later"));
    }

    private List<Event> answersTo(String command) {
        return journal.events().stream()
                .filter(event -> Answer.of(event.data())
                        .filter(answer -> answer.command().equals(command))
                        .isPresent())
                .toList();
    }

    private long told(Class<?> type) {
        return journal.events().stream()
                .filter(event -> type.isInstance(event.data()))
                .count();
    }

    private static <T> T get(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }
}
