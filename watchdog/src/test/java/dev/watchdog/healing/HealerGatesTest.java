package dev.watchdog.healing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.CommandEvent;
import dev.watchdog.events.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each gate on the shipped numbers. */
class HealerGatesTest {
    private final HealerScene scene = new HealerScene();

    @Test
    void healsAtOnce() {
        scene.faulty();

        assertThat(scene.told()).isEqualTo("fault.raised action.requested action.started");
        Action action = scene.effects(Effect.Perform.class).get(0).action();
        assertThat(action.id()).isEqualTo("abcd1234-a1");
        assertThat(action.fault()).isEqualTo("abcd1234-f1");
        assertThat(action.plan()).isEqualTo(HealerScene.PLAN);
        assertThat(action.deadline()).isEqualTo(scene.now.sinceBoot().plus(HealerScene.DEADLINE));
        assertThat(scene.attempt().running()).isTrue();
    }

    @Test
    void observeTellsOnceAndNeverActs() {
        scene.modes.put(HealerScene.LOST, Mode.OBSERVE);
        scene.faulty();
        assertThat(scene.told()).isEqualTo("fault.raised action.requested action.refused");
        assertThat(scene.said(ActionEvent.Refused.class).gate()).isEqualTo("mode");

        scene.pass(Duration.ofSeconds(1)).faulty();
        scene.pass(Duration.ofHours(1)).tick();
        assertThat(scene.told()).isEmpty();
        assertThat(scene.effects).isEmpty();
    }

    @Test
    void whatWasOnlyObservedIsHealedOnceTheModeSaysSo() {
        scene.modes.put(HealerScene.LOST, Mode.OBSERVE);
        scene.faulty();
        scene.modes.put(HealerScene.LOST, Mode.HEAL);
        scene.restart();
        scene.pass(Duration.ofSeconds(1)).faulty();

        assertThat(scene.performs()).isTrue();
    }

    @Test
    void aKindWithoutModeIsOnlyObserved() {
        scene.modes.remove(HealerScene.LOST);
        scene.faulty();
        assertThat(scene.said(ActionEvent.Refused.class).gate()).isEqualTo("mode");
    }

    @Test
    void proposeWaitsForApproval() {
        scene.modes.put(HealerScene.LOST, Mode.PROPOSE);
        scene.faulty();
        assertThat(scene.said(ActionEvent.Held.class).gate()).isEqualTo("approval");
        assertThat(scene.said(ActionEvent.Held.class).until()).isNull();
        scene.pass(Duration.ofHours(3)).tick();
        assertThat(scene.performs()).isFalse();
        scene.faulty();
        assertThat(scene.told()).isEmpty();

        scene.ask("approve", "action", "a1");
        assertThat(scene.told()).isEqualTo("command.accepted action.started command.progressed");
        assertThat(scene.performs()).isTrue();
        scene.succeed();
        assertThat(scene.answers("cmd-1")).containsExactly("succeeded", "reply succeeded");
    }

    @Test
    void approvedOnOldSightIsLookedAtFirst() {
        scene.modes.put(HealerScene.LOST, Mode.PROPOSE);
        scene.faulty();
        scene.pass(Duration.ofSeconds(6)).ask("approve", "action", "a1");
        assertThat(scene.performs()).isFalse();
        assertThat(scene.looks()).isTrue();
        assertThat(scene.gate()).isEqualTo("stale-sight");

        scene.faulty();
        assertThat(scene.performs()).isTrue();
    }

    @Test
    void rejectedIsNotWantedAgainUntilSomebodyAsks() {
        scene.modes.put(HealerScene.LOST, Mode.PROPOSE);
        scene.faulty();
        scene.ask("reject", "action", "a1");
        assertThat(scene.told()).isEqualTo("command.accepted action.refused command.succeeded");
        assertThat(scene.said(ActionEvent.Refused.class).why()).isEqualTo("rejected: because");
        scene.pass(Duration.ofHours(2)).faulty();
        scene.tick();
        assertThat(scene.wants()).isFalse();
        scene.restart();
        scene.modes.put(HealerScene.LOST, Mode.HEAL);
        scene.faulty();
        assertThat(scene.wants()).isFalse();

        scene.ask("heal", "fault", "f1");
        assertThat(scene.performs()).isTrue();
    }

    @Test
    void anAgentThatStopsBeginsNothingAndItsSuccessorDoes() {
        scene.stopping = true;
        scene.faulty();
        assertThat(scene.gate()).isEqualTo("stopping");
        scene.stopping = false;
        scene.take(new Input.Started());
        assertThat(scene.looks()).isTrue();
        scene.faulty();
        assertThat(scene.performs()).isTrue();
    }

    @Test
    void aPauseHoldsAndOffersAgainWhenItsTimeHasCome() {
        scene.pause(Duration.ofMinutes(30));
        scene.faulty();
        assertThat(scene.told()).isEqualTo("fault.raised action.requested action.held");
        assertThat(scene.gate()).isEqualTo("pause");

        scene.pass(Duration.ofMinutes(29)).tick();
        scene.faulty();
        assertThat(scene.told()).isEmpty();
        scene.pass(Duration.ofMinutes(1)).tick();
        assertThat(scene.state.core().pause()).isNull();
        assertThat(scene.looks()).isTrue();
        scene.faulty();
        assertThat(scene.performs()).isTrue();
    }

    @Test
    void resumeOffersAgainAtOnce() {
        scene.pause(Duration.ofMinutes(30));
        scene.faulty();
        scene.ask("resume", Map.of());
        assertThat(scene.told()).isEqualTo("command.accepted command.succeeded action.started");
        assertThat(scene.performs()).isTrue();
        assertThat(scene.said(CommandEvent.Succeeded.class).result().summary()).isEqualTo("resumed");
        scene.ask("resume", Map.of());
        assertThat(scene.told()).isEqualTo("command.accepted command.succeeded");
        assertThat(scene.said(CommandEvent.Succeeded.class).result().summary()).isEqualTo("nothing was paused");
    }

    @Test
    void aPauseSurvivesARestartAndKeepsSeeing() {
        scene.pause(Duration.ofMinutes(30));
        scene.restart();
        scene.faulty();
        assertThat(scene.gate()).isEqualTo("pause");
        scene.healthy();
        assertThat(scene.told()).isEqualTo("action.refused fault.cleared");
    }

    @Test
    void onlyAPauseFollowsTheWallClock() {
        scene.pause(Duration.ofMinutes(30));
        scene.faulty();
        scene.stepWallClock(Duration.ofHours(-2));
        scene.pass(Duration.ofMinutes(31)).tick();
        assertThat(scene.gate()).isEqualTo("pause");
        scene.stepWallClock(Duration.ofHours(2));
        scene.tick();
        assertThat(scene.gate()).isEqualTo("stale-sight");
        scene.faulty();
        scene.fail();

        scene.stepWallClock(Duration.ofHours(9));
        scene.pass(Duration.ofSeconds(29)).faulty();
        scene.tick();
        assertThat(scene.gate()).isEqualTo("cool-down");
        scene.stepWallClock(Duration.ofHours(-20));
        scene.pass(Duration.ofSeconds(1)).faulty();
        assertThat(scene.performs()).isTrue();
    }

    @Test
    void freshForFiveSecondsAndNotLonger() {
        scene.pause(Duration.ofMinutes(30));
        scene.faulty();
        scene.pass(Duration.ofSeconds(5)).ask("resume", Map.of());
        assertThat(scene.performs()).isTrue();

        HealerScene late = new HealerScene();
        late.pause(Duration.ofMinutes(30));
        late.faulty();
        late.pass(Duration.ofSeconds(5).plusNanos(1)).ask("resume", Map.of());
        assertThat(late.performs()).isFalse();
        assertThat(late.effects(Effect.Look.class))
                .containsExactly(new Effect.Look(new FaultKey(HealerScene.BOX, HealerScene.LOST)));
    }

    @Test
    void looksAgainEachSecondWithoutRecordingIt() {
        scene.pause(Duration.ofMinutes(30));
        scene.faulty();
        scene.pass(Duration.ofSeconds(6)).ask("resume", Map.of());
        assertThat(scene.told()).doesNotContain("action.held");
        scene.tick();
        assertThat(scene.looks()).isFalse();
        scene.pass(Duration.ofSeconds(1)).tick();
        assertThat(scene.looks()).isTrue();
        assertThat(scene.last.writes()).isFalse();
    }

    @Test
    void coolsDownFromThirtySecondsToAnHour() {
        int[] expected = {30, 60, 120, 240, 480, 960, 1920, 3600, 3600};
        scene.faulty();
        for (int seconds : expected) {
            scene.fail();
            assertThat(scene.told()).isEqualTo("action.failed action.requested action.held");
            assertThat(scene.gate()).isEqualTo("cool-down");
            assertThat(scene.held()).isEqualTo(Duration.ofSeconds(seconds));
            assertThat(scene.attempt().untilWall()).isEqualTo(scene.now.wall().plusSeconds(seconds));
            scene.pass(Duration.ofSeconds(seconds).minusNanos(1)).faulty();
            assertThat(scene.performs()).isFalse();
            scene.pass(Duration.ofNanos(1)).tick();
            assertThat(scene.performs()).isTrue();
        }
    }

    @Test
    void coolDownAndItsCauseSurviveARestart() {
        scene.faulty();
        scene.fail();
        Duration until = scene.attempt().until();
        scene.restart();
        scene.pass(Duration.ofSeconds(10)).faulty();
        assertThat(scene.gate()).isEqualTo("cool-down");
        assertThat(scene.attempt().until()).isEqualTo(until);
    }

    @Test
    void failuresAreForgottenAfterAnHourOfHealthNotBefore() {
        assertThat(waitAfterSecondFailure(Duration.ofHours(1).minusSeconds(1))).isEqualTo(Duration.ofSeconds(60));
        assertThat(waitAfterSecondFailure(Duration.ofHours(1))).isEqualTo(Duration.ofSeconds(30));
    }

    private static Duration waitAfterSecondFailure(Duration health) {
        HealerScene scene = new HealerScene();
        scene.faulty();
        scene.fail();
        scene.healthy();
        scene.pass(health).faulty();
        scene.fail();
        return scene.held();
    }

    @Test
    void aSuccessEndsTheCoolDownButNotTheBackOff() {
        scene.faulty();
        scene.fail();
        scene.pass(Duration.ofSeconds(1)).faulty();
        scene.ask("heal", "fault", "f1");
        scene.succeed();
        scene.pass(Duration.ofSeconds(1)).faulty();
        assertThat(scene.performs()).isTrue();
        scene.fail();
        assertThat(scene.held()).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void theMemoryOfASubjectGoesAfterAnHourOfHealth() {
        scene.faulty();
        scene.succeed();
        scene.pass(Duration.ofMinutes(59)).tick();
        assertThat(scene.state.cases()).hasSize(1);
        scene.pass(Duration.ofMinutes(1)).tick();
        assertThat(scene.state.cases()).isEmpty();
        assertThat(StateRows.read(scene.rows)).isEqualTo(scene.state);
    }

    @Test
    void fiveLossesInTenMinutesWaitForAPerson() {
        for (int i = 0; i < 4; i++) {
            scene.faulty();
            assertThat(scene.performs()).isTrue();
            scene.succeed();
            scene.pass(Duration.ofMinutes(1));
        }
        scene.faulty();
        assertThat(scene.performs()).isFalse();
        assertThat(scene.gate()).isEqualTo("flapping");
        assertThat(scene.held()).isEqualTo(Duration.ofMinutes(6));

        scene.pass(Duration.ofMinutes(6)).faulty();
        assertThat(scene.performs()).isTrue();
    }

    @Test
    void fiveLossesInMoreThanTenMinutesAreHealed() {
        for (int i = 0; i < 12; i++) {
            scene.faulty();
            assertThat(scene.performs()).isTrue();
            scene.succeed();
            scene.pass(Duration.ofSeconds(150));
        }
    }

    @Test
    void flappingGivesWayToApprovalAndRemembersLittle() {
        for (int i = 0; i < 400; i++) {
            scene.faulty();
            if (scene.performs()) {
                scene.finish(new Outcome.Unneeded("it is back"));
            }
            scene.healthy();
            scene.pass(Duration.ofSeconds(1));
        }
        scene.faulty();
        assertThat(scene.gate()).isEqualTo("flapping");
        assertThat(scene.onlyCase().history().losses()).hasSize(5);
        scene.ask("approve", "action", scene.attempt().id());
        assertThat(scene.performs()).isTrue();
    }

    @Test
    void twoHundredActionsAMinute() {
        heal(200);
        scene.pass(Duration.ofSeconds(59)).faulty(box(200));
        assertThat(scene.said(ActionEvent.Held.class).gate()).isEqualTo("budget");
        scene.pass(Duration.ofSeconds(2)).faulty(box(200));
        assertThat(scene.performs()).isTrue();
    }

    @Test
    void aBudgetHoldEndsByItself() {
        heal(200);
        scene.pass(Duration.ofSeconds(30)).faulty(box(200));
        Instant until = scene.said(ActionEvent.Held.class).until();
        assertThat(until).isEqualTo(scene.now.wall().plusSeconds(31));
        scene.pass(Duration.ofSeconds(30)).tick();
        assertThat(scene.last.effects()).isEmpty();
        scene.pass(Duration.ofSeconds(1)).tick();
        assertThat(scene.looks()).isTrue();
    }

    @Test
    void twiceAsManyActionsAsSubjects() {
        scene.subjects.put("container", 101);
        heal(202);
        scene.faulty(box(202));
        assertThat(scene.said(ActionEvent.Held.class).gate()).isEqualTo("budget");
    }

    @Test
    void theBudgetSurvivesARestartAndARebootCountsItAgain() {
        heal(200);
        scene.restart();
        scene.faulty(box(200));
        assertThat(scene.said(ActionEvent.Held.class).gate()).isEqualTo("budget");
        scene.pass(Duration.ofSeconds(50));
        scene.reboot();
        scene.restart();
        scene.faulty(box(201));
        assertThat(scene.said(ActionEvent.Held.class).gate()).isEqualTo("budget");
        scene.pass(Duration.ofSeconds(61)).faulty(box(201));
        assertThat(scene.performs()).isTrue();
    }

    @Test
    void aPersonIsNotHeldByTheBudgetButCounts() {
        heal(200);
        scene.faulty(box(200));
        scene.ask("heal", "fault", "f201");
        assertThat(scene.performs()).isTrue();
        assertThat(scene.state.budgets())
                .hasEntrySatisfying(
                        HealerScene.RESTORE,
                        budget -> assertThat(budget.spent(scene.now.sinceBoot(), Gates.SHIPPED))
                                .isEqualTo(201));
    }

    private void heal(int count) {
        for (int i = 0; i < count; i++) {
            scene.faulty(box(i));
            assertThat(scene.performs()).isTrue();
        }
    }

    private static Subject box(int number) {
        return new Subject("container", "box" + number);
    }
}
