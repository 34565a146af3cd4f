package dev.watchdog.healing;

import static dev.watchdog.healing.HealerScene.BOX;
import static dev.watchdog.healing.HealerScene.LOST;
import static dev.watchdog.healing.HealerScene.STUCK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.events.CommandEvent;
import dev.watchdog.journal.LedgerMark;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a command brings along: its ledger line, its bookmark, its expiry, what it expects; and what it hears meanwhile. */
class HealerDeliveryTest {
    private final HealerScene scene = new HealerScene();

    @Test
    void acceptanceAndAnswerAreMarkedInTheLedgerWithTheBookmark() {
        propose();
        Command heal = scene.signed("heal", Map.of("fault", "f1"));
        Step accepted = scene.ask(heal);
        assertThat(accepted.ledger()).containsExactly(mark(heal, 0, false));
        assertThat(accepted.bookmarks()).containsExactly(Map.entry("kafka-offset", "cmd-1"));
        assertThat(accepted.batch().state()).containsKeys("kafka-offset", "command cmd-1");
        CommandEvent.Accepted told = scene.said(CommandEvent.Accepted.class);
        assertThat(told.source()).isEqualTo("/ops/tool");
        assertThat(told.key()).isEqualTo("key-1");
        Step answered = scene.fail();
        assertThat(answered.ledger()).hasSize(1);
        LedgerMark mark = answered.ledger().get(0);
        assertThat(mark.answer()).isTrue();
        assertThat(answered.entries().get(mark.entry()).data()).isInstanceOf(CommandEvent.Failed.class);
    }

    @Test
    void whatIsAnsweredAtOnceIsMarkedTwice() {
        Command pause = scene.signed("pause", Map.of("for", "PT1M"));
        Step step = scene.ask(pause);
        assertThat(step.ledger()).containsExactly(mark(pause, 0, false), mark(pause, 1, true));
    }

    @Test
    void aRejectionIsMarkedToo() {
        Command dance = scene.signed("dance", Map.of());
        Step step = scene.ask(dance);
        assertThat(step.ledger()).containsExactly(mark(dance, 0, true));
        assertThat(step.bookmarks()).containsEntry("kafka-offset", "cmd-1");
    }

    private LedgerMark mark(Command command, int entry, boolean answer) {
        return new LedgerMark(
                "/ops/tool",
                command.id(),
                command.digest(),
                scene.now.wall().plusSeconds(600).plus(Duration.ofMinutes(5)),
                scene.now.wall().plusSeconds(600).plus(Duration.ofMinutes(5)).plus(Duration.ofDays(8)),
                entry,
                answer);
    }

    @Test
    void withoutAnExpiryItIsLiveForAnHour() {
        Step step = scene.ask("resume", Map.of());
        assertThat(step.ledger().get(0).liveUntil()).isEqualTo(scene.now.wall().plus(Duration.ofHours(1)));
        assertThat(step.bookmarks()).isEmpty();
        assertThat(scene.said(CommandEvent.Accepted.class).key()).isNull();
    }

    @Test
    void itIsKeptFromNowOnIfItExpiredLongAgo() {
        Command old = HealerScene.expiring(
                scene.signed("resume", Map.of()), scene.now.wall().minus(Duration.ofDays(400)));
        assertThat(scene.ask(old).ledger().get(0).keepUntil())
                .isEqualTo(scene.now.wall().plus(Duration.ofDays(8)));
    }

    @Test
    void whatItsDoorHasJudgedIsAnsweredSo() {
        Command command = scene.signed("heal", Map.of());
        scene.take(new Input.Judged(command, new Asking.Verdict(true, "it is two days old"), true));
        assertThat(scene.told()).isEqualTo("command.expired");
        assertThat(scene.last.ledger()).hasSize(1);
        assertThat(scene.answers("cmd-1")).containsExactly("expired", "reply expired");

        Command second = scene.signed("heal", Map.of());
        scene.take(new Input.Judged(second, new Asking.Verdict(false, "that key may not"), false));
        assertThat(scene.told()).isEqualTo("command.rejected");
        assertThat(scene.last.ledger()).isEmpty();
        assertThat(scene.last.bookmarks()).containsEntry("kafka-offset", "cmd-2");
    }

    @Test
    void whatIsOnItsWayIsLeftToItself() {
        Command probe = scene.signed("probe", Map.of("subject", BOX.toString()));
        scene.ask(probe);
        scene.ask(probe);
        assertThat(scene.last.entries()).isEmpty();
    }

    @Test
    void noMoreThanAThousandAreOnTheirWay() {
        for (int i = 0; i < Docket.MOST; i++) {
            scene.ask("probe", "subject", BOX.toString());
        }
        scene.ask("probe", "subject", BOX.toString());
        assertThat(scene.said(CommandEvent.Rejected.class).why()).contains("too many");
    }

    @Test
    void whatHasExpiredIsNotTakenUp() {
        propose();
        scene.ask(HealerScene.expiring(scene.signed("heal", Map.of("fault", "f1")), scene.now.wall()));
        assertThat(scene.told()).isEqualTo("command.expired");
        assertThat(scene.performs()).isFalse();
    }

    @Test
    void whatExpiresWhileItWaitsIsNotDone() {
        busy();
        Command heal = HealerScene.expiring(
                scene.signed("heal", Map.of("fault", "f2")), scene.now.wall().plusSeconds(3));
        scene.ask(heal);
        assertThat(scene.told()).endsWith("action.held command.progressed");
        scene.pass(Duration.ofMillis(2_999)).tick();
        assertThat(scene.answers("cmd-1")).isEmpty();
        scene.pass(Duration.ofMillis(1)).tick();
        assertThat(scene.answers("cmd-1")).containsExactly("expired", "reply expired");
        assertThat(scene.told()).startsWith("action.refused command.expired");
    }

    @Test
    void anActionThatRunsIsNotStoppedByTheExpiry() {
        propose();
        scene.ask(HealerScene.expiring(
                scene.signed("heal", Map.of("fault", "f1")), scene.now.wall().plusSeconds(3)));
        scene.pass(Duration.ofSeconds(4)).tick();
        assertThat(scene.answers("cmd-1")).isEmpty();
        scene.succeed();
        assertThat(scene.answers("cmd-1")).containsExactly("succeeded", "reply succeeded");
    }

    @Test
    void itExpiresInTheMomentBeforeItStarts() {
        busy();
        scene.ask(HealerScene.expiring(
                scene.signed("heal", Map.of("fault", "f2")), scene.now.wall().plusSeconds(3)));
        scene.pass(Duration.ofSeconds(3));
        scene.take(
                new Input.Finished("abcd1234-a1", scene.done()),
                new Input.Seen(HealerScene.faulty(
                        BOX, STUCK, new Proposal(HealerScene.RESTORE, HealerScene.PLAN), scene.now)));
        assertThat(scene.answers("cmd-1")).containsExactly("expired", "reply expired");
        assertThat(scene.performs()).isFalse();
    }

    @Test
    void aProbeExpiresAsWell() {
        scene.ask(HealerScene.expiring(
                scene.signed("probe", Map.of("subject", BOX.toString())),
                scene.now.wall().plusSeconds(3)));
        scene.pass(Duration.ofSeconds(3)).tick();
        assertThat(scene.answers("cmd-1")).containsExactly("expired", "reply expired");
    }

    @ParameterizedTest
    @CsvSource({
        "fault,abcd1234-f1,true",
        "fault,f1,true",
        "fault,f7,false",
        "state,faulty,true",
        "state,healthy,false",
        "mode,propose,true",
        "mode,heal,false"
    })
    void whatIsExpectedIsCheckedWhenItIsAccepted(String what, String value, boolean holds) {
        propose();
        scene.ask(HealerScene.expecting(scene.signed("heal", Map.of("fault", "f1")), what, value));
        assertThat(scene.performs()).isEqualTo(holds);
        if (!holds) {
            assertThat(scene.told()).isEqualTo("command.accepted command.failed");
            assertThat(scene.said(CommandEvent.Failed.class).why()).startsWith("expected " + what + " " + value);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "heal,fault,f1,state,broken",
        "heal,fault,f1,mode,on",
        "heal,fault,f1,weather,fine",
        "resume,dry-run,false,state,healthy",
        "resume,dry-run,false,mode,heal"
    })
    void whatCannotBeExpectedIsRejected(String verb, String argument, String value, String what, String expected) {
        propose();
        scene.ask(HealerScene.expecting(scene.signed(verb, Map.of(argument, value)), what, expected));
        assertThat(scene.told()).isEqualTo("command.rejected");
    }

    @Test
    void whatIsExpectedIsCheckedAgainBeforeItsActionStarts() {
        busy();
        scene.ask(HealerScene.expecting(scene.signed("heal", Map.of("fault", "f2")), "fault", "f1"));
        assertThat(scene.told()).endsWith("action.held command.progressed");
        scene.finish("abcd1234-a1", scene.done());
        scene.pass(Duration.ofSeconds(1));
        scene.see(STUCK);
        assertThat(scene.answers("cmd-1")).containsExactly("failed", "reply failed");
        assertThat(scene.performs()).isFalse();
    }

    @Test
    void whatIsExpectedStandsInTheJournal() {
        propose();
        scene.ask(
                HealerScene.dry(HealerScene.expecting(scene.signed("heal", Map.of("fault", "f1")), "state", "faulty")));
        assertThat(scene.said(CommandEvent.Accepted.class).arguments())
                .containsEntry("expect-state", "faulty")
                .containsEntry("dry-run", "true")
                .containsEntry("fault", "f1");
    }

    @Test
    void aCommandHearsHowItsActionFares() {
        busy();
        scene.ask(scene.signed("heal", Map.of("fault", "f2")));
        assertThat(scene.said(CommandEvent.Progressed.class).what())
                .isEqualTo("action abcd1234-a3 is held by busy: an action for container.rootfs-lost runs on it");
        scene.pass(Duration.ofSeconds(1));
        scene.see(STUCK);
        assertThat(scene.last.entries()).as("the same gate").isEmpty();
        scene.finish("abcd1234-a1", new Outcome.Failed("no luck"));
        scene.pass(Duration.ofSeconds(1));
        scene.see(STUCK);
        assertThat(scene.said(CommandEvent.Progressed.class).what()).isEqualTo("action abcd1234-a3 has started");
    }

    @Test
    void aCommandHearsNoMoreThanTwentyTimes() {
        busy();
        scene.ask(scene.signed("heal", Map.of("fault", "f2")));
        Ongoing known = Objects.requireNonNull(scene.state.commands().get("cmd-1"));
        for (int i = 1; i < Docket.MOST_TOLD; i++) {
            known = known.toldOnce();
        }
        scene.state = new HealerState(
                scene.state.cases(),
                scene.state.budgets(),
                scene.state.blind(),
                Map.of("cmd-1", known),
                scene.state.modes(),
                scene.state.core());
        scene.finish("abcd1234-a1", new Outcome.Failed("no luck"));
        scene.pass(Duration.ofSeconds(1));
        scene.see(STUCK);
        assertThat(scene.told()).isEqualTo("action.started");
    }

    @Test
    void aProbeThatACrashInterruptsFails() {
        scene.ask("probe", "subject", BOX.toString());
        scene.restart();
        assertThat(scene.answers("cmd-1")).containsExactly("failed", "reply failed");
        assertThat(scene.said(CommandEvent.Failed.class).why()).contains("interrupted by a restart");
        assertThat(scene.last.ledger()).hasSize(1);
        scene.restart();
        assertThat(scene.answers("cmd-1")).hasSize(2);
    }

    @Test
    void whatWaitsGoesOnAfterACrash() {
        busy();
        scene.ask(scene.signed("heal", Map.of("fault", "f2")));
        scene.restart();
        assertThat(scene.answers("cmd-1")).isEmpty();
        scene.see(STUCK);
        assertThat(scene.said(CommandEvent.Progressed.class).what()).endsWith("has started");
    }

    private void propose() {
        scene.modes.put(LOST, Mode.PROPOSE);
        scene.faulty();
    }

    /** A second fault of the subject, while the first one's action runs. */
    private void busy() {
        scene.modes.put(STUCK, Mode.OBSERVE);
        scene.faulty();
        scene.see(STUCK);
    }
}
