package dev.watchdog.healing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.Evidence;
import dev.watchdog.events.FaultCleared;
import dev.watchdog.events.SensorEvent;
import dev.watchdog.linux.Moment;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is seen, how actions end, and what a restart or a reboot leaves. */
class HealerTest {
    private static final FaultKey KEY = new FaultKey(HealerScene.BOX, HealerScene.LOST);

    private final HealerScene scene = new HealerScene();

    @Test
    void aSuccessClearsTheFaultAsHealed() {
        scene.faulty();
        assertThat(scene.last.pin()).containsExactly("abcd1234-f1");
        scene.succeed();
        assertThat(scene.told()).isEqualTo("action.succeeded fault.cleared");
        assertThat(scene.said(FaultCleared.class).reason()).isEqualTo("healed");
        assertThat(scene.said(ActionEvent.Succeeded.class).micros()).containsEntry("act", 5L);
        assertThat(scene.last.unpin()).containsExactly("abcd1234-f1");
        assertThat(scene.state.faults()).isEmpty();
    }

    @Test
    void unneededClearsAsRecovered() {
        scene.faulty();
        scene.finish(new Outcome.Unneeded("it is there again"));
        assertThat(scene.told()).isEqualTo("action.refused fault.cleared");
        assertThat(scene.said(ActionEvent.Refused.class).gate()).isEqualTo("probe");
        assertThat(scene.said(FaultCleared.class).reason()).isEqualTo("recovered");
    }

    @Test
    void goneDuringTheActionClearsAsGone() {
        scene.faulty();
        scene.finish(new Outcome.Gone("it was removed"));
        assertThat(scene.told()).isEqualTo("action.undone fault.cleared");
        assertThat(scene.said(FaultCleared.class).reason()).isEqualTo("gone");
        assertThat(scene.onlyCase().history().failures()).isZero();
    }

    @Test
    void undoneCountsAsAFailure() {
        scene.faulty();
        scene.finish(new Outcome.Undone("the probe still failed"));
        assertThat(scene.told()).isEqualTo("action.undone action.requested action.held");
        assertThat(scene.gate()).isEqualTo("cool-down");
    }

    @Test
    void theNextAttemptIsNumbered() {
        scene.faulty();
        assertThat(scene.said(ActionEvent.Requested.class).attempt()).isEqualTo(1);
        scene.fail();
        assertThat(scene.said(ActionEvent.Requested.class).attempt()).isEqualTo(2);
        assertThat(scene.said(ActionEvent.Requested.class).origin()).isEqualTo("policy");
    }

    @Test
    void anOutcomeOfNoRunningActionSaysNothing() {
        scene.faulty();
        scene.take(new Input.Finished("abcd1234-a9", new Outcome.Failed("who")));
        assertThat(scene.last.writes()).isFalse();
        String id = scene.attempt().id();
        scene.fail();
        scene.take(new Input.Finished(id, new Outcome.Failed("again")));
        assertThat(scene.last.writes()).isFalse();
    }

    @Test
    void whatWasSeenBeforeAFailureIsNotActedOn() {
        scene.faulty();
        scene.pass(Duration.ofSeconds(1));
        Moment during = scene.now;
        scene.pass(Duration.ofSeconds(1)).fail();
        scene.ask("heal", "fault", "f1");
        assertThat(scene.performs()).isFalse();
        assertThat(scene.looks()).isTrue();
        seen(during);
        assertThat(scene.performs()).isFalse();
        scene.faulty();
        assertThat(scene.performs()).isTrue();
    }

    @Test
    void anActionThatNeverReportsFailsTenSecondsAfterItsDeadline() {
        scene.faulty();
        scene.pass(HealerScene.DEADLINE.plusSeconds(10)).tick();
        assertThat(scene.told()).isEmpty();
        scene.pass(Duration.ofNanos(1)).tick();
        assertThat(scene.told()).isEqualTo("action.failed action.requested action.held");
        assertThat(scene.said(ActionEvent.Failed.class).why()).contains("deadline");
    }

    @Test
    void anActionThatEndedAsAnotherSightCameIsLookedAtAgain() {
        scene.faulty();
        Duration proved = scene.now.sinceBoot().plusMillis(1);
        scene.pass(Duration.ofMillis(2)).faulty();
        scene.finish(new Outcome.Succeeded(Evidence.of("ok"), Map.of(), proved));
        assertThat(scene.effects(Effect.Look.class)).containsExactly(new Effect.Look(KEY));

        HealerScene plain = new HealerScene();
        plain.faulty();
        plain.succeed();
        assertThat(plain.looks()).isFalse();
    }

    @Test
    void oneActionPerSubjectWhateverTheFault() {
        scene.faulty();
        stuck();
        assertThat(scene.told()).isEqualTo("fault.raised action.requested action.held");
        assertThat(scene.said(ActionEvent.Held.class).gate()).isEqualTo("busy");
        scene.ask("heal", "fault", "f2");
        assertThat(scene.performs()).isFalse();

        scene.take(new Input.Finished("abcd1234-a1", new Outcome.Unneeded("fine")));
        scene.pass(Duration.ofSeconds(1)).tick();
        assertThat(scene.effects(Effect.Perform.class))
                .extracting(perform -> perform.action().kind())
                .containsExactly(HealerScene.KICK);
    }

    @Test
    void anotherSubjectIsNotHeldByIt() {
        scene.faulty();
        scene.faulty(new dev.watchdog.events.Subject("container", "c2"));
        assertThat(scene.performs()).isTrue();
    }

    private void stuck() {
        scene.take(new Input.Seen(HealerScene.faulty(
                HealerScene.BOX, HealerScene.STUCK, new Proposal(HealerScene.KICK, Evidence.of("kick")), scene.now)));
    }

    @Test
    void aFaultThatNothingSafeWouldMendWaitsForAProposal() {
        unmendable();
        assertThat(scene.told()).isEqualTo("fault.raised");
        scene.tick();
        assertThat(scene.last.writes()).isFalse();
        scene.faulty();
        assertThat(scene.performs()).isTrue();
    }

    @Test
    void whatCannotBeMendedIsDurableToo() {
        unmendable();
        scene.restart();
        assertThat(scene.state.faults()).hasSize(1);
        scene.faulty();
        unmendable();
        scene.fail();
        scene.restart();
        assertThat(scene.wants()).isFalse();
        assertThat(scene.onlyCase().history().failures()).isEqualTo(1);
    }

    @Test
    void whatWaitsIsWithdrawnWhenNothingSafeIsLeft() {
        scene.pause(Duration.ofMinutes(5));
        scene.faulty();
        unmendable();
        assertThat(scene.told()).isEqualTo("action.refused");
        assertThat(scene.wants()).isFalse();
    }

    @Test
    void anotherProposalIsAnotherAction() {
        scene.modes.put(HealerScene.LOST, Mode.PROPOSE);
        scene.faulty();
        scene.pass(Duration.ofSeconds(9)).ask("approve", "action", "a1");
        scene.take(new Input.Seen(HealerScene.faulty(
                HealerScene.BOX, HealerScene.LOST, new Proposal(HealerScene.KICK, Evidence.of("kick")), scene.now)));
        assertThat(scene.told()).isEqualTo("action.refused command.failed action.requested action.held");
        assertThat(scene.attempt().kind()).isEqualTo(HealerScene.KICK);
        assertThat(scene.attempt().approved()).isFalse();
        assertThat(scene.answers("cmd-1")).containsExactly("failed", "reply failed");
    }

    private void unmendable() {
        scene.take(new Input.Seen(new Finding.Faulty(
                HealerScene.BOX, HealerScene.LOST, Evidence.of("the image is gone"), null, scene.now, scene.now)));
    }

    @Test
    void theFreshestPlanIsPerformed() {
        scene.pause(Duration.ofMinutes(5));
        scene.faulty();
        Evidence newer = Evidence.of("another mount");
        scene.take(new Input.Seen(HealerScene.faulty(
                HealerScene.BOX, HealerScene.LOST, new Proposal(HealerScene.RESTORE, newer), scene.now)));
        scene.ask("resume", Map.of());
        assertThat(scene.said(ActionEvent.Started.class).plan()).isEqualTo(newer);
        assertThat(scene.effects(Effect.Perform.class).get(0).action().plan()).isEqualTo(newer);
    }

    @Test
    void unknownNeitherRaisesNorClears() {
        scene.unknown();
        assertThat(scene.last.writes()).isFalse();
        assertThat(scene.state.cases()).isEmpty();
        scene.pause(Duration.ofMinutes(5));
        scene.faulty();
        scene.unknown();
        assertThat(scene.last.writes()).isFalse();
        assertThat(scene.state.faults()).hasSize(1);
    }

    @Test
    void nothingIsDoneOnASightThatWasLost() {
        scene.pause(Duration.ofMinutes(5));
        scene.faulty();
        scene.unknown();
        scene.ask("resume", Map.of());
        assertThat(scene.performs()).isFalse();
        assertThat(scene.gate()).isEqualTo("stale-sight");
    }

    @Test
    void unknownDuringAnActionChangesNothing() {
        scene.faulty();
        Fault before = scene.fault();
        scene.unknown();
        scene.healthy();
        scene.gone();
        assertThat(scene.fault()).isEqualTo(before);
    }

    @Test
    void lateLooksSayNothingEvenAfterSightWasLost() {
        scene.pause(Duration.ofMinutes(5));
        Moment early = scene.now;
        scene.pass(Duration.ofSeconds(1)).faulty();
        scene.pass(Duration.ofSeconds(1)).unknown();
        scene.take(new Input.Seen(new Finding.Healthy(HealerScene.BOX, HealerScene.LOST, early)));
        scene.take(new Input.Seen(new Finding.Gone(HealerScene.BOX, HealerScene.LOST, early)));
        assertThat(scene.state.faults()).hasSize(1);
        assertThat(scene.told()).isEmpty();
    }

    @Test
    void aLookOvertakenByARepairRaisesNothing() {
        scene.faulty();
        scene.pass(Duration.ofMillis(5));
        Moment before = scene.now;
        scene.pass(Duration.ofMillis(5)).succeed();
        seen(before);
        assertThat(scene.state.faults()).isEmpty();
        assertThat(scene.last.writes()).isFalse();
        seen(scene.now);
        assertThat(scene.state.faults()).hasSize(1);
    }

    @Test
    void aLookFromAnotherBootSaysNothing() {
        Moment before = scene.now;
        scene.reboot();
        scene.restart();
        seen(before);
        assertThat(scene.state.faults()).isEmpty();
    }

    private void seen(Moment when) {
        scene.take(new Input.Seen(HealerScene.faulty(
                HealerScene.BOX, HealerScene.LOST, new Proposal(HealerScene.RESTORE, HealerScene.PLAN), when)));
    }

    @Test
    void healthAndGoingClear() {
        scene.pause(Duration.ofMinutes(5));
        scene.faulty();
        scene.healthy();
        assertThat(scene.told()).isEqualTo("action.refused fault.cleared");
        assertThat(scene.said(FaultCleared.class).reason()).isEqualTo("recovered");
        scene.faulty();
        scene.gone();
        assertThat(scene.said(FaultCleared.class).reason()).isEqualTo("gone");
        scene.healthy();
        scene.gone();
        assertThat(scene.last.writes()).isFalse();
    }

    @Test
    void interruptedAtStart() {
        scene.faulty();
        Action performed = scene.effects(Effect.Perform.class).get(0).action();
        scene.pass(Duration.ofSeconds(2)).restart();
        assertThat(scene.told()).isEqualTo("action.interrupted");
        Action left = scene.effects(Effect.Recover.class).get(0).action();
        assertThat(left.id()).isEqualTo(performed.id());
        assertThat(left.plan()).isEqualTo(performed.plan());
        assertThat(left.deadline()).isEqualTo(scene.now.sinceBoot());

        scene.tick();
        assertThat(scene.performs()).isFalse();
        assertThat(scene.effects(Effect.Look.class)).containsExactly(new Effect.Look(KEY));
        scene.faulty();
        assertThat(scene.performs()).isTrue();
        assertThat(scene.effects(Effect.Perform.class).get(0).action().id()).isEqualTo("abcd1234-a2");
    }

    @Test
    void afterAStartEverythingIsLookedAtBeforeAnythingIsDone() {
        scene.pause(Duration.ofMinutes(5));
        scene.faulty();
        scene.restart();
        assertThat(scene.effects(Effect.Look.class)).containsExactly(new Effect.Look(KEY));
        scene.ask("resume", Map.of());
        assertThat(scene.performs()).isFalse();
        scene.faulty();
        assertThat(scene.performs()).isTrue();
    }

    @Test
    void aRebootCountsCoolDownsFromItself() {
        scene.faulty();
        scene.fail();
        scene.pass(Duration.ofSeconds(20));
        scene.reboot();
        scene.restart();
        assertThat(StateRows.read(scene.rows).core().boot()).isEqualTo("boot-1x");
        scene.pass(Duration.ofSeconds(29)).faulty();
        assertThat(scene.gate()).isEqualTo("cool-down");
        scene.restart();
        scene.pass(Duration.ofSeconds(1)).faulty();
        assertThat(scene.performs()).isTrue();
    }

    @Test
    void aRebootIsDurableForEveryRow() {
        scene.faulty();
        scene.fail();
        scene.faulty(new dev.watchdog.events.Subject("container", "c2"));
        scene.succeed();
        scene.reboot();
        scene.restart();
        assertThat(StateRows.read(scene.rows).budgets()).isEqualTo(scene.state.budgets());
        StateRows.read(scene.rows)
                .cases()
                .forEach((key, durable) -> assertThat(scene.state.cases().get(key))
                        .extracting(Case::history)
                        .isEqualTo(durable.history()));
    }

    @Test
    void aHoldFromTheBootBeforeIsAskedAgain() {
        scene.faulty();
        scene.fail();
        scene.reboot();
        scene.restart();
        scene.tick();
        assertThat(scene.held()).isEqualTo(Duration.ofSeconds(30));
        assertThat(scene.fault().raised().boot()).isEqualTo("boot-1x");
    }

    @Test
    void sensorsAreToldOncePerChange() {
        scene.take(new Input.Sight("docker", "refused"));
        assertThat(scene.told()).isEqualTo("sensor.blinded");
        scene.take(new Input.Sight("docker", "still refused"));
        assertThat(scene.last.writes()).isFalse();
        scene.restart();
        scene.pass(Duration.ofSeconds(90)).take(new Input.Sight("docker", null));
        assertThat(scene.said(SensorEvent.Recovered.class).blindMillis()).isEqualTo(90_000);
        scene.take(new Input.Sight("docker", null));
        assertThat(scene.last.writes()).isFalse();
        assertThat(scene.state.blind()).isEmpty();
        assertThat(StateRows.read(scene.rows)).isEqualTo(scene.state);
    }

    @Test
    void aClockThatWentBackNeverMakesBlindnessNegative() {
        scene.take(new Input.Sight("docker", "refused"));
        scene.stepWallClock(Duration.ofHours(-1));
        scene.take(new Input.Sight("docker", null));
        assertThat(scene.said(SensorEvent.Recovered.class).blindMillis()).isZero();
    }
}
