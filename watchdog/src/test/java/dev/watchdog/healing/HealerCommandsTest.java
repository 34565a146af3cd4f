package dev.watchdog.healing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.CommandEvent;
import dev.watchdog.events.Evidence;
import dev.watchdog.linux.Moment;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands: checked, accepted or rejected, and answered exactly once. */
class HealerCommandsTest {
    private final HealerScene scene = new HealerScene();

    @Test
    void anUnknownVerbIsRejected() {
        scene.ask("reboot", Map.of());
        assertThat(scene.told()).isEqualTo("command.rejected");
        assertThat(scene.said(CommandEvent.Rejected.class).why())
                .contains("approve, cancel, give-share, heal, pause, probe, reject, report, resume, set-mode");
        assertThat(scene.answers("cmd-1")).containsExactly("rejected", "reply rejected");
        assertThat(scene.last.pin()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "8d", "0s", "PT0S", "PT-5M", "P7DT1S", "soon"})
    void aPauseNeedsALength(String length) {
        scene.ask("pause", "for", length);
        assertThat(scene.told()).isEqualTo("command.rejected");
        assertThat(scene.state.core().pause()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"30m", "PT30M"})
    void aLengthIsWrittenAsPeopleDoOrAsIsoDoes(String length) {
        scene.ask("pause", "for", length);
        assertThat(scene.state.core().pause())
                .isEqualTo(new Pause(scene.now.wall(), scene.now.wall().plus(Duration.ofMinutes(30)), "because"));
    }

    @Test
    void aPauseOfSevenDaysIsTheLongest() {
        scene.ask("pause", "for", "P7D");
        Pause pause = scene.state.core().pause();
        assertThat(pause).isEqualTo(new Pause(scene.now.wall(), scene.now.wall().plus(Duration.ofDays(7)), "because"));
        assertThat(scene.answers("cmd-1")).containsExactly("succeeded", "reply succeeded");
    }

    @Test
    void aPauseNeedsAReason() {
        scene.take(new Input.Asked(new Command("c", "pause", Map.of("for", "PT1M"), "http", " ")));
        assertThat(scene.told()).isEqualTo("command.rejected");
        assertThat(scene.state.core().pause()).isNull();
    }

    @Test
    void acceptedSaysWhoAskedWhatAndWhy() {
        scene.ask("pause", "for", "PT1M");
        CommandEvent.Accepted accepted = scene.said(CommandEvent.Accepted.class);
        assertThat(accepted.origin()).isEqualTo("control-socket");
        assertThat(accepted.arguments()).containsEntry("for", "PT1M");
        assertThat(accepted.reason()).isEqualTo("because");
        assertThat(scene.last.entries()).allMatch(entry -> "cmd-1".equals(entry.correlation()));
    }

    @Test
    void anAnsweredCommandIsNotPinned() {
        scene.ask("pause", "for", "PT1M");
        assertThat(scene.last.pin()).isEmpty();
        assertThat(scene.last.unpin()).containsExactly("cmd-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "-f1", "f2", "abcd1234", "dcba4321-f1"})
    void onlyAnOpenFaultCanBeHealed(String fault) {
        propose();
        scene.ask("heal", "fault", fault);
        assertThat(scene.told()).isEqualTo("command.rejected");
    }

    @ParameterizedTest
    @ValueSource(strings = {"f1", "abcd1234-f1"})
    void aFaultIsKnownByItsShortAndLongId(String fault) {
        propose();
        scene.ask("heal", "fault", fault);
        assertThat(scene.performs()).isTrue();
    }

    @Test
    void theLiveStateKnowsThemBySuffixToo() {
        propose();
        assertThat(scene.state.fault("f1")).isPresent();
        assertThat(scene.state.fault("")).isEmpty();
        assertThat(scene.state.faultOfAction("a1")).isPresent();
        assertThat(scene.state.faultOfAction("a2")).isEmpty();
    }

    @Test
    void healIsCarriedOutAndAnsweredWhenItHasEnded() {
        propose();
        scene.ask("heal", "fault", "f1");
        assertThat(scene.told()).isEqualTo("command.accepted action.started command.progressed");
        assertThat(scene.last.pin()).containsExactly("cmd-1");
        assertThat(scene.answers("cmd-1")).isEmpty();
        scene.fail();
        assertThat(scene.told()).startsWith("action.failed command.failed");
        assertThat(scene.answers("cmd-1")).containsExactly("failed", "reply failed");
        assertThat(scene.last.unpin()).containsExactly("cmd-1");
    }

    @Test
    void healWhereNothingWaitsWantsANewAction() {
        scene.modes.put(HealerScene.LOST, Mode.OBSERVE);
        scene.faulty();
        scene.ask("heal", "fault", "f1");
        assertThat(scene.told()).isEqualTo("command.accepted action.requested action.started command.progressed");
        assertThat(scene.said(ActionEvent.Requested.class).origin()).isEqualTo("cmd-1");
        assertThat(scene.last.entries().get(1).causedBy()).isEqualTo("cmd-1");
        scene.finish(new Outcome.Unneeded("fine"));
        assertThat(scene.answers("cmd-1")).containsExactly("succeeded", "reply succeeded");
    }

    @Test
    void anAnswerForEveryEnd() {
        assertThat(answerTo(new Outcome.Gone("removed"))).isEqualTo("succeeded");
        assertThat(answerTo(new Outcome.Undone("no"))).isEqualTo("failed");
        assertThat(answerTo(new Outcome.Unneeded("fine"))).isEqualTo("succeeded");
    }

    private static String answerTo(Outcome outcome) {
        HealerScene scene = new HealerScene();
        scene.modes.put(HealerScene.LOST, Mode.PROPOSE);
        scene.faulty();
        scene.ask("heal", "fault", "f1");
        scene.finish(outcome);
        assertThat(scene.answers("cmd-1")).hasSize(2);
        return scene.answers("cmd-1").get(0);
    }

    @Test
    void aDryRunDoesNothing() {
        propose();
        HealerState before = scene.state;
        scene.ask("heal", Map.of("fault", "f1", "dry-run", "true"));
        assertThat(scene.told()).isEqualTo("command.accepted command.succeeded");
        assertThat(scene.said(CommandEvent.Succeeded.class).result().facts())
                .containsEntry("action", HealerScene.RESTORE)
                .containsEntry("mode", "propose")
                .containsEntry("summary", "mount it again");
        assertThat(scene.state).isEqualTo(before);
        assertThat(scene.last.effects()).hasOnlyElementsOfType(Effect.Reply.class);
    }

    @Test
    void nothingSafeIsNotHealedNorApproved() {
        propose();
        scene.take(new Input.Seen(new Finding.Faulty(
                HealerScene.BOX, HealerScene.LOST, Evidence.of("the image is gone"), null, scene.now, scene.now)));
        scene.ask("heal", "fault", "f1");
        assertThat(scene.said(CommandEvent.Rejected.class).why()).contains("the image is gone");
        scene.ask("approve", "action", "a1");
        assertThat(scene.told()).isEqualTo("command.rejected");
    }

    @Test
    void asPausedAskingToHealIsRejected() {
        propose();
        scene.pause(Duration.ofMinutes(9));
        scene.ask("heal", "fault", "f1");
        assertThat(scene.said(CommandEvent.Rejected.class).why())
                .contains("because")
                .contains("resume first");
        scene.ask("approve", "action", "a1");
        assertThat(scene.told()).isEqualTo("command.rejected");
    }

    @Test
    void whatIsOnItsWayIsNotAskedForTwice() {
        propose();
        scene.pass(Duration.ofSeconds(9)).ask("heal", "fault", "f1");
        assertThat(scene.gate()).isEqualTo("stale-sight");
        scene.ask("approve", "action", "a1");
        assertThat(scene.said(CommandEvent.Rejected.class).why()).contains("abcd1234-a1 is already on its way");
        scene.faulty();
        scene.ask("heal", "fault", "f1");
        assertThat(scene.told()).isEqualTo("command.rejected");
        scene.ask("reject", "action", "a1");
        assertThat(scene.said(CommandEvent.Rejected.class).why()).contains("already running");
        scene.succeed();
        assertThat(scene.answers("cmd-1")).containsExactly("succeeded", "reply succeeded");
    }

    @Test
    void approveAndRejectNeedAnAction() {
        propose();
        for (String id : new String[] {"", "a7", "f1"}) {
            scene.ask("approve", "action", id);
            assertThat(scene.told()).isEqualTo("command.rejected");
            scene.ask("reject", "action", id);
            assertThat(scene.told()).isEqualTo("command.rejected");
        }
    }

    @Test
    void rejectingWhatAPersonAskedForAnswersThatPerson() {
        propose();
        scene.pass(Duration.ofSeconds(9)).ask("heal", "fault", "f1");
        scene.ask("reject", "action", "a1");
        assertThat(scene.answers("cmd-1")).containsExactly("failed", "reply failed");
        assertThat(scene.answers("cmd-2")).containsExactly("succeeded", "reply succeeded");
    }

    @Test
    void rejectingNeedsNoReason() {
        propose();
        scene.take(new Input.Asked(new Command("c", "reject", Map.of("action", "a1"), "http", "")));
        assertThat(scene.said(ActionEvent.Refused.class).why()).isEqualTo("rejected");
    }

    @Test
    void recoveryAnswersWhoeverAsked() {
        propose();
        scene.pass(Duration.ofSeconds(9)).ask("heal", "fault", "f1");
        scene.healthy();
        assertThat(scene.told()).isEqualTo("action.refused command.succeeded fault.cleared");
        assertThat(scene.answers("cmd-1")).containsExactly("succeeded", "reply succeeded");
    }

    @Test
    void whatCannotBeLookedAtIsGivenUpAfterAMinute() {
        propose();
        scene.pass(Duration.ofSeconds(9)).ask("heal", "fault", "f1");
        scene.unknown();
        scene.pass(Duration.ofSeconds(59)).tick();
        assertThat(scene.answers("cmd-1")).isEmpty();
        scene.pass(Duration.ofSeconds(1)).tick();
        assertThat(scene.told()).isEqualTo("action.refused command.failed");
        assertThat(scene.said(ActionEvent.Refused.class).gate()).isEqualTo("stale-sight");
        assertThat(scene.answers("cmd-1")).containsExactly("failed", "reply failed");
        scene.tick();
        assertThat(scene.gate()).isEqualTo("approval");
    }

    @Test
    void aPauseThatComesBetweenHoldsWhatWasApproved() {
        propose();
        scene.pass(Duration.ofSeconds(9)).ask("heal", "fault", "f1");
        scene.pause(Duration.ofMinutes(9));
        scene.faulty();
        assertThat(scene.gate()).isEqualTo("pause");
        assertThat(scene.performs()).isFalse();
        scene.pass(Duration.ofMinutes(1)).tick();
        assertThat(scene.answers("cmd-1")).containsExactly("failed", "reply failed");
    }

    @Test
    void anInterruptedCommandIsAnswered() {
        propose();
        scene.ask("heal", "fault", "f1");
        scene.restart();
        assertThat(scene.told()).isEqualTo("action.interrupted command.failed");
        assertThat(scene.answers("cmd-1")).containsExactly("failed", "reply failed");
        assertThat(scene.last.unpin()).containsExactly("cmd-1");
    }

    @Test
    void whatWasApprovedOutlivesARestartButNotAReboot() {
        propose();
        scene.pass(Duration.ofSeconds(9)).ask("heal", "fault", "f1");
        scene.restart();
        assertThat(scene.attempt().approved()).isTrue();
        Moment before = scene.now;
        scene.reboot();
        scene.restart();
        assertThat(scene.now.boot()).isNotEqualTo(before.boot());
        scene.tick();
        assertThat(scene.answers("cmd-1")).containsExactly("failed", "reply failed");
    }

    private void propose() {
        scene.modes.put(HealerScene.LOST, Mode.PROPOSE);
        scene.faulty();
        assertThat(scene.gate()).isEqualTo("approval");
    }
}
