package dev.watchdog.healing;

import static dev.watchdog.healing.HealerScene.BOX;
import static dev.watchdog.healing.HealerScene.LOST;
import static dev.watchdog.healing.HealerScene.SHORT;
import static dev.watchdog.healing.HealerScene.STUCK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.events.CommandEvent;
import dev.watchdog.events.Evidence;
import dev.watchdog.events.Subject;
import dev.watchdog.linux.Moment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The verbs beyond healing by id: look, set a mode, tell how things stand, heal a subject, take back. */
class HealerVerbsTest {
    private final HealerScene scene = new HealerScene();

    @Test
    void aProbeLooksForAllThatCanBeWrongAndTellsWhatWasFound() {
        scene.ask("probe", "subject", BOX.toString());
        assertThat(scene.told()).isEqualTo("command.accepted");
        assertThat(scene.effects(Effect.Look.class))
                .extracting(look -> look.key().kind())
                .containsExactly(SHORT, LOST, STUCK);
        scene.over(LOST);
        scene.over(SHORT);
        assertThat(scene.answers("cmd-1")).isEmpty();
        scene.take(new Input.Seen(new Finding.Unknown(BOX, STUCK, "docker hangs", scene.now)));
        assertThat(scene.answers("cmd-1")).containsExactly("succeeded", "reply succeeded");
        Evidence found = scene.said(CommandEvent.Succeeded.class).result();
        assertThat(found.summary()).isEqualTo("container/c1: container.stuck unknown: docker hangs");
        assertThat(found.facts())
                .containsEntry("found", Map.of(LOST, "healthy", SHORT, "healthy", STUCK, "unknown: docker hangs"));
        assertThat(scene.last.unpin()).contains("cmd-1");
        assertThat(scene.rows).doesNotContainKey("command cmd-1");
    }

    @Test
    void aProbeOfAFaultLooksForThatKindAlone() {
        scene.modes.put(LOST, Mode.OBSERVE);
        scene.faulty();
        scene.ask("probe", "fault", "f1");
        assertThat(scene.effects(Effect.Look.class)).hasSize(1);
        scene.pass(Duration.ofMillis(5));
        scene.faulty();
        assertThat(scene.said(CommandEvent.Succeeded.class).result().summary())
                .isEqualTo("container/c1: container.rootfs-lost faulty: it is gone");
    }

    @Test
    void whatIsWellIsToldInAWord() {
        scene.ask("probe", "subject", BOX.toString());
        scene.over(LOST);
        scene.over(SHORT);
        scene.over(STUCK);
        assertThat(scene.said(CommandEvent.Succeeded.class).result().summary()).isEqualTo("container/c1: healthy");
    }

    @Test
    void whatHasGoneIsTold() {
        scene.modes.put(LOST, Mode.OBSERVE);
        scene.faulty();
        scene.ask("probe", "fault", "f1");
        scene.gone();
        assertThat(scene.said(CommandEvent.Succeeded.class).result().summary()).endsWith("gone");
    }

    @Test
    void whatWasSeenBeforeOrElsewhereDoesNotAnswer() {
        scene.modes.put(LOST, Mode.OBSERVE);
        scene.faulty();
        Moment before = scene.now;
        scene.pass(Duration.ofSeconds(1));
        scene.ask("probe", "fault", "f1");
        scene.take(new Input.Seen(new Finding.Healthy(BOX, LOST, before)));
        scene.take(new Input.Seen(new Finding.Healthy(new Subject("container", "c2"), LOST, scene.now)));
        scene.take(new Input.Seen(
                new Finding.Healthy(BOX, LOST, new Moment("another", scene.now.sinceBoot(), scene.now.wall()))));
        scene.over(STUCK);
        assertThat(scene.answers("cmd-1")).isEmpty();
        scene.healthy();
        assertThat(scene.answers("cmd-1")).hasSize(2);
    }

    @Test
    void aProbeThatNobodyAnswersFailsAfterTenSeconds() {
        scene.ask("probe", "subject", BOX.toString());
        scene.over(LOST);
        scene.pass(Duration.ofMillis(9_999)).tick();
        assertThat(scene.answers("cmd-1")).isEmpty();
        scene.pass(Duration.ofMillis(1)).tick();
        assertThat(scene.answers("cmd-1")).containsExactly("failed", "reply failed");
        assertThat(scene.said(CommandEvent.Failed.class).why())
                .contains("container.memory-pressure, container.stuck")
                .doesNotContain("rootfs-lost");
    }

    @ParameterizedTest
    @CsvSource({"subject,nothing", "subject,disk/sda", "subject,''", "fault,f9", "fault,''", "dry-run,true", "x,y"})
    void aProbeNeedsSomethingThatIsWatched(String argument, String value) {
        scene.ask("probe", argument, value);
        assertThat(scene.told()).isEqualTo("command.rejected");
        assertThat(scene.last.effects()).hasOnlyElementsOfType(Effect.Reply.class);
    }

    @Test
    void aProbeOfBothIsRejected() {
        scene.modes.put(LOST, Mode.OBSERVE);
        scene.faulty();
        scene.ask("probe", Map.of("fault", "f1", "subject", BOX.toString()));
        assertThat(scene.told()).isEqualTo("command.rejected");
    }

    @Test
    void twoProbesAreAnsweredByOneLook() {
        scene.modes.put(LOST, Mode.OBSERVE);
        scene.faulty();
        scene.ask("probe", "fault", "f1");
        scene.ask("probe", "fault", "f1");
        scene.healthy();
        assertThat(scene.answers("cmd-1")).hasSize(2);
        assertThat(scene.answers("cmd-2")).hasSize(2);
    }

    @Test
    void aModeThatIsSetHoldsAcrossARestartUntilItIsTakenBack() {
        scene.ask("set-mode", Map.of("kind", LOST, "mode", "observe"));
        assertThat(scene.told()).isEqualTo("command.accepted command.succeeded");
        assertThat(scene.said(CommandEvent.Succeeded.class).result().facts())
                .containsEntry("mode", "observe")
                .containsEntry("before", "heal");
        scene.restart();
        assertThat(scene.state.mode(LOST, scene.policy())).isEqualTo(Mode.OBSERVE);
        assertThat(scene.state.mode(STUCK, scene.policy())).isEqualTo(Mode.HEAL);
        assertThat(scene.state.modes(scene.policy())).containsEntry(LOST, Mode.OBSERVE);
        scene.faulty();
        assertThat(scene.performs()).isFalse();

        scene.ask("set-mode", Map.of("kind", LOST, "mode", "default"));
        assertThat(scene.said(CommandEvent.Succeeded.class).result().summary())
                .isEqualTo("set the mode of container.rootfs-lost to heal");
        assertThat(scene.state.modes()).isEmpty();
        assertThat(scene.rows).doesNotContainKey("mode " + LOST);
    }

    @Test
    void whatWaitsForApprovalIsDoneWhenTheModeIsSetToHeal() {
        scene.modes.put(LOST, Mode.PROPOSE);
        scene.faulty();
        scene.ask("set-mode", Map.of("kind", STUCK, "mode", "heal"));
        assertThat(scene.performs()).isFalse();
        scene.ask("set-mode", Map.of("kind", LOST, "mode", "heal"));
        assertThat(scene.told()).isEqualTo("command.accepted command.succeeded action.started");
    }

    @Test
    void whatWaitsIsGivenUpWhenTheModeIsSetToObserve() {
        scene.modes.put(LOST, Mode.PROPOSE);
        scene.faulty();
        scene.ask("set-mode", Map.of("kind", LOST, "mode", "observe"));
        assertThat(scene.told()).isEqualTo("command.accepted command.succeeded action.refused");
        assertThat(scene.wants()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"container.nothing,heal", "container.rootfs-lost,on", "container.rootfs-lost,''", "'',heal"})
    void aModeNeedsAKindAndAWord(String kind, String mode) {
        scene.ask("set-mode", Map.of("kind", kind, "mode", mode));
        assertThat(scene.told()).isEqualTo("command.rejected");
        assertThat(scene.state.modes()).isEmpty();
    }

    @Test
    void aReportTellsHowThingsStand() {
        scene.modes.put(LOST, Mode.PROPOSE);
        scene.faulty();
        scene.take(new Input.Sight("docker", "refused"));
        scene.pause(Duration.ofMinutes(5));
        scene.ask("report", Map.of());
        Map<String, Object> told =
                scene.said(CommandEvent.Succeeded.class).result().facts();
        assertThat(told)
                .containsEntry("openFaults", 1L)
                .containsEntry("blindSensors", List.of("docker"))
                .containsEntry("pauseReason", "because")
                .containsEntry("subjects", Map.of("container", 3L));
        assertThat(told.get("summary")).isEqualTo("1 open fault, 1 blind sensor, paused until 2026-01-01T00:05:00Z");
        assertThat(told.get("modes")).asString().contains(LOST + "=propose");
        assertThat(told.get("faults")).asString().contains("abcd1234-f1").contains("held by approval");
    }

    @Test
    void aReportOfAQuietHostIsShort() {
        scene.ask("report", Map.of());
        Evidence told = scene.said(CommandEvent.Succeeded.class).result();
        assertThat(told.summary()).isEqualTo("no open faults");
        assertThat(told.facts()).doesNotContainKey("pausedUntil");
    }

    @Test
    void healTakesTheSubjectOfAFaultAsWell() {
        scene.modes.put(LOST, Mode.PROPOSE);
        scene.faulty();
        scene.ask("heal", "subject", BOX.toString());
        assertThat(scene.performs()).isTrue();
    }

    @Test
    void healChoosesTheOneThatCanBeMendedAndNoneOfTwo() {
        scene.modes.put(LOST, Mode.PROPOSE);
        scene.modes.put(STUCK, Mode.PROPOSE);
        scene.faulty();
        scene.take(new Input.Seen(new Finding.Faulty(BOX, STUCK, Evidence.of("it hangs"), null, scene.now, scene.now)));
        scene.ask("heal", "subject", BOX.toString());
        assertThat(scene.performs()).isTrue();
        assertThat(scene.effects(Effect.Perform.class).get(0).action().faultKind())
                .isEqualTo(LOST);
        scene.finish("abcd1234-a1", new Outcome.Failed("no luck"));
        scene.pass(Duration.ofSeconds(1));
        scene.faulty();
        scene.see(STUCK);
        scene.ask("heal", "subject", BOX.toString());
        assertThat(scene.said(CommandEvent.Rejected.class).why()).contains("abcd1234-f1, abcd1234-f2");
    }

    @Test
    void healOfASubjectNeedsAnOpenFault() {
        scene.ask("heal", "subject", BOX.toString());
        assertThat(scene.said(CommandEvent.Rejected.class).why()).contains("probe");
        scene.modes.put(LOST, Mode.PROPOSE);
        scene.faulty();
        scene.ask("heal", Map.of("subject", BOX.toString(), "fault", "f1"));
        assertThat(scene.told()).isEqualTo("command.rejected");
        scene.ask("heal", "subject", "container/c9");
        assertThat(scene.told()).isEqualTo("command.rejected");
    }

    @Test
    void whatWaitsIsTakenBackAndThePolicyGoesOn() {
        busy();
        scene.ask("heal", "fault", "f2");
        assertThat(scene.told()).isEqualTo("command.accepted action.requested action.held command.progressed");
        scene.ask("cancel", "command", "cmd-1");
        assertThat(scene.told())
                .contains("command.accepted action.refused command.failed")
                .endsWith("succeeded");
        assertThat(scene.said(CommandEvent.Failed.class).why()).isEqualTo("cancelled by command cmd-2: because");
        assertThat(scene.answers("cmd-1")).containsExactly("failed", "reply failed");
        assertThat(scene.answers("cmd-2")).containsExactly("succeeded", "reply succeeded");
        assertThat(scene.state.commands()).isEmpty();
    }

    @Test
    void aProbeIsTakenBackToo() {
        scene.ask("probe", "subject", BOX.toString());
        scene.ask("cancel", "command", "cmd-1");
        assertThat(scene.answers("cmd-1")).containsExactly("failed", "reply failed");
        assertThat(scene.answers("cmd-2")).containsExactly("succeeded", "reply succeeded");
        scene.over(LOST);
        assertThat(scene.last.entries()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "cmd-9", "abcd1234-f1"})
    void onlyWhatIsOnItsWayIsTakenBack(String command) {
        scene.ask("cancel", "command", command);
        assertThat(scene.told()).isEqualTo("command.rejected");
    }

    @Test
    void whatRunsIsNotTakenBack() {
        scene.modes.put(LOST, Mode.PROPOSE);
        scene.faulty();
        scene.ask("heal", "fault", "f1");
        scene.ask("cancel", "command", "cmd-1");
        assertThat(scene.said(CommandEvent.Rejected.class).why()).contains("abcd1234-a1 is already running");
        assertThat(scene.answers("cmd-1")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "pause,for,PT5M",
        "resume,dry-run,true",
        "set-mode,kind,container.rootfs-lost",
        "report,dry-run,true",
        "probe,fault,f1",
        "heal,fault,f1",
        "approve,action,a1",
        "reject,action,a1",
        "cancel,command,cmd-1"
    })
    void aDryRunOfEachSaysWhatWouldBeDoneAndDoesNothing(String verb, String argument, String value) {
        scene.modes.put(LOST, Mode.PROPOSE);
        scene.faulty();
        scene.ask("probe", "subject", BOX.toString());
        HealerState before = scene.state;
        Map<String, String> arguments = verb.equals("set-mode")
                ? Map.of(argument, value, "mode", "observe", "dry-run", "true")
                : argument.equals("dry-run") ? Map.of("dry-run", "true") : Map.of(argument, value, "dry-run", "true");
        scene.ask(verb, arguments);
        assertThat(scene.told()).isEqualTo("command.accepted command.succeeded");
        assertThat(scene.said(CommandEvent.Succeeded.class).result().summary()).isNotBlank();
        assertThat(scene.state).isEqualTo(before);
        assertThat(scene.last.effects()).hasOnlyElementsOfType(Effect.Reply.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pause", "resume", "set-mode", "report", "probe", "heal", "approve", "reject", "cancel"})
    void anArgumentThatAVerbDoesNotHaveIsRejected(String verb) {
        scene.ask(verb, "force", "yes");
        assertThat(scene.said(CommandEvent.Rejected.class).why()).startsWith("'force' is no argument of " + verb);
    }

    /** A fault of the same subject that waits because the other one's action runs. */
    private void busy() {
        scene.modes.put(STUCK, Mode.OBSERVE);
        scene.faulty();
        scene.see(STUCK);
        assertThat(scene.state.faults()).hasSize(2);
    }
}
