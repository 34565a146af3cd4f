package dev.watchdog.healing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.Event;
import dev.watchdog.events.EventData;
import dev.watchdog.events.Evidence;
import dev.watchdog.events.Severity;
import dev.watchdog.events.Subject;
import dev.watchdog.journal.MemoryJournal;
import dev.watchdog.linux.Moment;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The healer on a real event bus: nothing happens before it is durable, and nothing is lost when it cannot be. */
@Timeout(180)
class HealerVerticleIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = new Bus(vertx);
    private final MemoryJournal journal = new MemoryJournal();
    private final LiveState live = new LiveState();
    private final List<Action> performed = new CopyOnWriteArrayList<>();
    private final List<Action> recovered = new CopyOnWriteArrayList<>();
    private volatile Moment now = new Moment("boot-1", Duration.ofHours(1), Instant.parse("2026-01-01T00:00:00Z"));
    private volatile Promise<Outcome> outcome = Promise.promise();
    private Mode mode = Mode.HEAL;
    private String deployment = "";

    @BeforeEach
    void start() {
        bus.remedy(HealerScene.RESTORE, action -> {
            performed.add(action);
            return outcome.future();
        });
        bus.recover(HealerScene.RESTORE, recovered::add);
        deploy();
    }

    @AfterEach
    void stop() {
        journal.release();
        get(vertx.close());
    }

    @Test
    void heals() {
        outcome.complete(done());
        faulty(1);
        await().until(() -> told().endsWith("FaultCleared"));
        assertThat(told()).isEqualTo("FaultRaised Requested Started Succeeded FaultCleared");
        await().untilAsserted(() -> assertThat(live.healer().faults()).isEmpty());
        assertThat(journal.pins()).isEmpty();
    }

    @Test
    void nothingIsDoneBeforeItIsDurable() {
        journal.holdAppends();
        faulty(1);
        await().until(() -> journal.waiting() == 1);
        settle();
        assertThat(performed).isEmpty();
        assertThat(live.healer().faults()).isEmpty();

        now = new Moment(now.boot(), now.sinceBoot().plusMillis(7), now.wall());
        journal.release();
        await().until(() -> performed.size() == 1);
        Stages stages = performed.get(0).stages();
        assertThat(stages.durable().minus(stages.decided())).isEqualTo(Duration.ofMillis(7));
    }

    @Test
    void whatBecameDurableTooLateIsNotDone() {
        journal.holdAppends();
        faulty(1);
        await().until(() -> journal.waiting() == 1);
        now = new Moment(now.boot(), now.sinceBoot().plusSeconds(60), now.wall());
        journal.release();
        await().until(() -> told().contains("Failed"));
        assertThat(performed).isEmpty();
    }

    @Test
    void whileTheJournalFailsNothingStartsAndNothingIsLost() {
        journal.failAppends("disk full: free some space");
        faulty(1);
        bus.blind("docker", "refused");
        Answer answer = get(bus.ask(pause("p1"), PATIENCE));
        assertThat(answer).isEqualTo(new Answer("p1", Answer.REJECTED, Evidence.of("disk full: free some space")));
        int tried = journal.appends();
        await().until(() -> journal.appends() > tried);
        assertThat(performed).isEmpty();
        assertThat(journal.events()).isEmpty();

        journal.failAppends(null);
        await().until(() -> performed.size() == 1);
        assertThat(told()).contains("FaultRaised").contains("Blinded");
        assertThat(live.healer().core().pause()).isNull();
        assertThat(get(bus.ask(pause("p1"), PATIENCE)).succeeded()).isTrue();
    }

    @Test
    void anOutcomeOutlivesAJournalThatFails() {
        faulty(1);
        await().until(() -> performed.size() == 1);
        journal.failAppends("disk full");
        outcome.complete(done());
        int tried = journal.appends();
        await().until(() -> journal.appends() > tried + 1);
        journal.failAppends(null);
        await().until(() -> told().endsWith("Succeeded FaultCleared"));
    }

    @Test
    void aBurstCostsFewCommits() {
        int before = journal.appends();
        journal.holdAppends();
        for (int i = 0; i < 500; i++) {
            faulty(i);
        }
        await().until(() -> journal.waiting() == 1);
        settle();
        journal.release();
        await().until(() -> performed.size() == 500);
        journal.holdAppends();
        outcome.complete(done());
        await().until(() -> journal.waiting() == 1);
        settle();
        journal.release();
        await().until(() -> live.healer().faults().isEmpty());
        assertThat(journal.appends() - before).isLessThan(20);
    }

    @Test
    void aRemedyThatNeverAnswersHasFailed() {
        faulty(1);
        await().atMost(PATIENCE).until(() -> told().contains("Failed"));
        assertThat(last(ActionEvent.Failed.class).why()).contains("did not report");
    }

    @Test
    void aRemedyThatThrowsOrIsNotThereHasFailed() {
        bus.remedy(HealerScene.KICK, action -> {
            throw new IllegalStateException("boom");
        });
        report(1, HealerScene.KICK);
        await().until(() -> told().contains("Failed"));
        assertThat(last(ActionEvent.Failed.class).why()).contains("boom");
        report(2, "container.nothing");
        await().until(() -> last(ActionEvent.Failed.class).why().contains("No handlers"));
    }

    @Test
    void aSuccessorTellsWhatWasInterrupted() {
        faulty(1);
        await().until(() -> performed.size() == 1);
        HealerState before = live.healer();
        get(vertx.undeploy(deployment));
        outcome.complete(done());
        settle();
        assertThat(told()).doesNotContain("Succeeded");

        deploy();
        await().until(() -> recovered.size() == 1);
        assertThat(recovered.get(0).id()).isEqualTo(performed.get(0).id());
        assertThat(told()).endsWith("Interrupted");
        assertThat(live.healer().faults().get(0).id())
                .isEqualTo(before.faults().get(0).id());
        assertThat(live.healer().budgets()).isEqualTo(before.budgets());
        assertThat(performed).hasSize(1);
    }

    @Test
    void stoppingWaitsForTheJournalAndDoesNotActAfterIt() {
        journal.holdAppends();
        faulty(1);
        await().until(() -> journal.waiting() == 1);
        Future<Void> stopped = vertx.undeploy(deployment);
        settle();
        assertThat(stopped.isComplete()).isFalse();
        journal.release();
        get(stopped);
        settle();
        assertThat(performed).isEmpty();
        assertThat(told()).endsWith("Started");
    }

    @Test
    void aCommandDeliveredAgainGetsTheSameAnswer() {
        Answer first = get(bus.ask(pause("p1"), PATIENCE));
        int entries = journal.events().size();
        assertThat(get(bus.ask(pause("p1"), PATIENCE))).isEqualTo(first);
        get(vertx.undeploy(deployment));
        deploy();
        assertThat(get(bus.ask(pause("p1"), PATIENCE))).isEqualTo(first);
        assertThat(journal.events()).hasSize(entries);

        Command nonsense = new Command("n1", "dance", Map.of(), "http", "");
        Answer no = get(bus.ask(nonsense, PATIENCE));
        assertThat(no.status()).isEqualTo(Answer.REJECTED);
        assertThat(get(bus.ask(nonsense, PATIENCE))).isEqualTo(no);
    }

    @Test
    void aCommandDeliveredAgainWhileItRunsSharesTheAnswer() {
        mode = Mode.PROPOSE;
        get(vertx.undeploy(deployment));
        deploy();
        faulty(1);
        await().until(() -> told().contains("Held"));
        Command heal = new Command("h1", "heal", Map.of("fault", "f1"), "kafka", "");
        Future<Answer> first = bus.ask(heal, PATIENCE);
        Future<Answer> second = bus.ask(heal, PATIENCE);
        await().until(() -> performed.size() == 1);
        outcome.complete(new Outcome.Undone("it would not hold"));
        assertThat(get(first).status()).isEqualTo(Answer.FAILED);
        assertThat(get(second)).isEqualTo(get(first));
        assertThat(get(bus.ask(heal, PATIENCE))).isEqualTo(get(first));
        assertThat(performed).hasSize(1);
    }

    @Test
    void tooManyCommandsAreTurnedAway() {
        journal.holdAppends();
        List<Future<Answer>> answers = new ArrayList<>();
        for (int i = 0; i <= Callers.MOST; i++) {
            answers.add(bus.ask(pause("p" + i), PATIENCE));
        }
        assertThat(get(answers.get(Callers.MOST)).result().summary()).contains("too many");
        journal.release();
        assertThat(get(answers.get(Callers.MOST - 1)).succeeded()).isTrue();
        assertThat(get(bus.ask(pause("again"), PATIENCE)).succeeded()).isTrue();
    }

    private void deploy() {
        Policy policy = new Policy(
                Map.of(HealerScene.LOST, mode),
                new Gates(
                        Gates.SHIPPED.coolDown(),
                        Gates.SHIPPED.coolDownMost(),
                        Gates.SHIPPED.forgetAfter(),
                        Gates.SHIPPED.flapLosses(),
                        Gates.SHIPPED.flapWindow(),
                        1_000,
                        2,
                        Gates.SHIPPED.budgetWindow(),
                        Gates.SHIPPED.freshFor()),
                Map.of(HealerScene.LOST, new FaultKind(HealerScene.LOST, "container", Severity.ERROR, "lost")),
                Map.of(
                        HealerScene.RESTORE,
                        kind(HealerScene.RESTORE),
                        HealerScene.KICK,
                        kind(HealerScene.KICK),
                        "container.nothing",
                        kind("container.nothing")));
        deployment = get(vertx.deployVerticle(
                new HealerVerticle(journal, () -> now, bus, policy, () -> Map.of("container", 3), List::of, live)));
    }

    private static ActionKind kind(String name) {
        return new ActionKind(name, Duration.ofSeconds(2), name);
    }

    private Outcome done() {
        return new Outcome.Succeeded(Evidence.of("proved"), Map.of(), now.sinceBoot());
    }

    private static Command pause(String id) {
        return new Command(id, "pause", Map.of("for", "PT1M"), "http", "maintenance");
    }

    private void faulty(int number) {
        report(number, HealerScene.RESTORE);
    }

    private void report(int number, String action) {
        bus.report(List.of(HealerScene.faulty(
                new Subject("container", "c" + number),
                HealerScene.LOST,
                new Proposal(action, Evidence.of("mount")),
                now)));
    }

    private String told() {
        return String.join(
                " ",
                journal.events().stream()
                        .map(event -> event.data().getClass().getSimpleName())
                        .toList());
    }

    private <T extends EventData> T last(Class<T> type) {
        List<T> all = journal.events().stream()
                .map(Event::data)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
        return all.get(all.size() - 1);
    }

    /** Time enough for what must not happen: a few turns of every event loop. */
    private void settle() {
        Promise<Void> passed = Promise.promise();
        vertx.setTimer(100, timer -> passed.complete());
        get(passed.future());
    }

    private static <T> T get(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }
}
