package dev.watchdog.healing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.Evidence;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is no breakage: faults that recur by their nature, and wishes. */
class HealerWishesTest {
    private static final String SHARE = HealerScene.SHARE;
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final HealerScene scene = new HealerScene();

    @Test
    void aWishIsToldByItsActionAlone() {
        scene.see(SHARE);
        assertThat(scene.told()).isEqualTo("action.requested action.started");
        assertThat(scene.said(ActionEvent.Started.class).fault()).isEqualTo("abcd1234-w1");
        assertThat(scene.performs()).isTrue();
        assertThat(scene.last.pin()).containsExactly("abcd1234-w1");
        assertThat(scene.state.faults()).isEmpty();
        assertThat(scene.state.fault("w1")).isEmpty();
        assertThat(scene.state.open()).hasSize(1);
        assertThat(scene.state.faultOfAction("a1")).isPresent();

        scene.succeed();
        assertThat(scene.told()).isEqualTo("action.succeeded");
        assertThat(scene.last.unpin()).containsExactly("abcd1234-w1");
        assertThat(scene.state.open()).isEmpty();
        assertThat(StateRows.read(scene.rows)).isEqualTo(scene.state);
    }

    @Test
    void aWishThatEndedByItselfBeforeItsActionIsRefusedOnce() {
        scene.see(SHARE);
        scene.finish(new Outcome.Unneeded("its share is right again"));
        assertThat(scene.told()).isEqualTo("action.refused");
        assertThat(scene.state.open()).isEmpty();
    }

    @Test
    void whatRecursNeverFlaps() {
        for (String kind : new String[] {HealerScene.SHORT, SHARE}) {
            for (int i = 0; i < 60; i++) {
                scene.pass(SECOND).see(kind);
                assertThat(scene.performs()).as("%s %d", kind, i).isTrue();
                scene.succeed();
            }
            assertThat(scene.state.cases().values())
                    .allMatch(each -> each.history().losses().isEmpty());
        }
    }

    @Test
    void whatRecursIsAFaultInAllElse() {
        scene.see(HealerScene.SHORT);
        assertThat(scene.told()).isEqualTo("fault.raised action.requested action.started");
        assertThat(scene.state.faults()).hasSize(1);
        scene.succeed();
        assertThat(scene.told()).isEqualTo("action.succeeded fault.cleared");
    }

    @Test
    void anActionThatWorkedEndsTheBackOffOfWhatRecurs() {
        for (String kind : new String[] {HealerScene.SHORT, SHARE}) {
            scene.see(kind);
            scene.fail();
            scene.pass(Duration.ofSeconds(30)).see(kind);
            assertThat(scene.performs()).as(kind).isTrue();
            scene.succeed();
            scene.pass(SECOND).see(kind);
            scene.fail();
            scene.pass(Duration.ofSeconds(30)).see(kind);
            assertThat(scene.performs()).as(kind).isTrue();
            scene.succeed();
            scene.pass(SECOND);
        }
    }

    @Test
    void observeWritesNothingOfAWish() {
        scene.modes.put(SHARE, Mode.OBSERVE);
        flip(3_600);
        assertThat(scene.entries).isEmpty();
        assertThat(scene.rows).containsOnlyKeys("core");
        assertThat(scene.state.cases()).isEmpty();
    }

    @Test
    void aPauseOfAnHourWritesNothingOfAWish() {
        scene.pause(Duration.ofHours(1));
        int before = scene.entries.size();
        flip(3_600);
        assertThat(scene.entries).hasSize(before);
        assertThat(scene.state.cases()).isEmpty();
        scene.tick();
        scene.see(SHARE);
        assertThat(scene.performs()).isTrue();
    }

    @Test
    void aCoolDownOfAWishPassesWithoutAWord() {
        int[] expected = {30, 60, 120, 240, 480, 960, 1920, 3600, 3600};
        scene.see(SHARE);
        for (int seconds : expected) {
            scene.fail();
            assertThat(scene.told()).isEqualTo("action.failed");
            int before = scene.entries.size();
            flip(seconds - 1);
            assertThat(scene.entries).as("in %d s", seconds).hasSize(before);
            scene.pass(SECOND).see(SHARE);
            assertThat(scene.performs()).as("after %d s", seconds).isTrue();
        }
    }

    @Test
    void theCoolDownOfAWishSurvivesARestart() {
        scene.see(SHARE);
        scene.fail();
        scene.restart();
        scene.pass(Duration.ofSeconds(29)).see(SHARE);
        assertThat(scene.last.writes()).isFalse();
        scene.pass(SECOND).see(SHARE);
        assertThat(scene.performs()).isTrue();
    }

    @Test
    void aBudgetThatIsUsedUpHoldsAWishWithoutAWord() {
        for (int i = 0; i < 200; i++) {
            scene.faulty(new dev.watchdog.events.Subject("container", "box" + i));
        }
        scene.see(SHARE);
        assertThat(scene.last.writes()).isFalse();
        scene.pass(Duration.ofSeconds(61)).see(SHARE);
        assertThat(scene.performs()).isTrue();
    }

    @Test
    void aWishWaitsWithoutAWordForTheActionOfAFaultAndAFaultForThatOfAWish() {
        scene.see(HealerScene.SHORT);
        scene.see(SHARE);
        assertThat(scene.last.writes()).isFalse();
        scene.succeed();

        scene.pass(SECOND).see(SHARE);
        assertThat(scene.performs()).isTrue();
        scene.see(HealerScene.SHORT);
        assertThat(scene.performs()).isFalse();
        assertThat(scene.said(ActionEvent.Held.class).gate()).isEqualTo("busy");
    }

    @Test
    void aStoppingAgentTakesUpNoWish() {
        scene.stopping = true;
        scene.see(SHARE);
        assertThat(scene.last.writes()).isFalse();
    }

    @Test
    void aWishWithoutAProposalIsNone() {
        scene.take(new Input.Seen(
                new Finding.Faulty(HealerScene.BOX, SHARE, Evidence.of("nothing to do"), null, scene.now, scene.now)));
        assertThat(scene.last.writes()).isFalse();
    }

    @Test
    void proposedOnceInTenMinutesHoweverOftenItFlips() {
        scene.modes.put(SHARE, Mode.PROPOSE);
        flip(3_600);
        assertThat(count(ActionEvent.Requested.class)).isEqualTo(6);
        assertThat(count(ActionEvent.Held.class)).isEqualTo(6);
        assertThat(count(ActionEvent.Refused.class)).isEqualTo(6);
        assertThat(scene.entries).hasSize(18);
        assertThat(scene.performs()).isFalse();
    }

    @Test
    void whatChangesItsActionEachSecondIsWithdrawnOnceAndProposedOnceInTenMinutes() {
        scene.modes.put(SHARE, Mode.PROPOSE);
        for (int i = 0; i < 3_600; i++) {
            scene.pass(SECOND).see(SHARE, i % 2 == 0 ? HealerScene.RESTORE : HealerScene.KICK, HealerScene.PLAN);
            scene.tick();
        }
        assertThat(scene.entries).hasSize(18);
        assertThat(count(ActionEvent.Refused.class)).isEqualTo(6);
    }

    @Test
    void thatItWasProposedSurvivesARestartAndAReboot() {
        scene.modes.put(SHARE, Mode.PROPOSE);
        scene.see(SHARE);
        scene.over(SHARE);
        scene.pass(Duration.ofMinutes(9)).restart();
        scene.see(SHARE);
        assertThat(scene.last.writes()).isFalse();
        scene.reboot();
        scene.restart();
        scene.pass(Duration.ofMinutes(9)).see(SHARE);
        assertThat(scene.last.writes()).isFalse();
        scene.pass(Duration.ofMinutes(1)).see(SHARE);
        assertThat(scene.gate()).isEqualTo("approval");
    }

    @Test
    void whatIsApprovedIsTheFreshestPlan() {
        scene.modes.put(SHARE, Mode.PROPOSE);
        scene.see(SHARE);
        assertThat(scene.told()).isEqualTo("action.requested action.held");
        Evidence newer = Evidence.of("another target");
        scene.pass(SECOND).see(SHARE, HealerScene.RESTORE, newer);
        assertThat(scene.last.writes()).isFalse();
        scene.ask("approve", "action", "a1");
        assertThat(scene.told()).isEqualTo("command.accepted action.started command.progressed");
        assertThat(scene.said(ActionEvent.Started.class).plan()).isEqualTo(newer);
        assertThat(scene.effects(Effect.Perform.class).get(0).action().plan()).isEqualTo(newer);
        scene.restart();
        assertThat(scene.effects(Effect.Recover.class).get(0).action().plan()).isEqualTo(newer);
    }

    @Test
    void anApprovedWishThatIsSeenNoMoreIsAnsweredAndOver() {
        scene.modes.put(SHARE, Mode.PROPOSE);
        scene.see(SHARE);
        scene.pass(Duration.ofSeconds(6)).ask("approve", "action", "a1");
        assertThat(scene.gate()).isEqualTo("stale-sight");
        scene.over(SHARE);
        assertThat(scene.told()).isEqualTo("action.refused command.succeeded");
        assertThat(scene.state.open()).isEmpty();
    }

    @Test
    void anApprovedWishIsGivenUpAfterAMinute() {
        scene.modes.put(SHARE, Mode.PROPOSE);
        scene.see(SHARE);
        scene.pass(Duration.ofSeconds(6)).ask("approve", "action", "a1");
        scene.pass(Pursuit.PATIENCE).tick();
        assertThat(scene.told()).isEqualTo("action.refused command.failed");
        assertThat(scene.state.open()).isEmpty();
        assertThat(scene.last.unpin()).contains("abcd1234-w1");
    }

    @Test
    void aRejectedWishIsNotProposedAgainWhileItLasts() {
        scene.modes.put(SHARE, Mode.PROPOSE);
        scene.see(SHARE);
        scene.ask("reject", "action", "a1");
        assertThat(scene.told()).isEqualTo("command.accepted action.refused command.succeeded");
        scene.pass(Duration.ofHours(2)).see(SHARE);
        scene.restart();
        scene.see(SHARE);
        assertThat(scene.wants()).isFalse();

        scene.ask("heal", "fault", "w1");
        assertThat(scene.performs()).isTrue();
        scene.succeed();
        assertThat(scene.state.open()).isEmpty();
    }

    @Test
    void aRejectedWishThatGoesIsOver() {
        scene.modes.put(SHARE, Mode.PROPOSE);
        scene.see(SHARE);
        scene.ask("reject", "action", "a1");
        scene.over(SHARE);
        assertThat(scene.told()).isEmpty();
        assertThat(scene.state.open()).isEmpty();
        assertThat(scene.last.unpin()).containsExactly("abcd1234-w1");
    }

    @Test
    void whatWaitsIsRefusedOnceTheModeSaysObserve() {
        scene.modes.put(SHARE, Mode.PROPOSE);
        scene.see(SHARE);
        scene.modes.put(SHARE, Mode.OBSERVE);
        scene.restart();
        scene.see(SHARE);
        assertThat(scene.told()).isEqualTo("action.refused");
        flip(60);
        assertThat(scene.told()).isEmpty();
        assertThat(scene.state.open()).isEmpty();
    }

    @Test
    void anInterruptedWishIsRecoveredAndOver() {
        scene.see(SHARE);
        Action performed = scene.effects(Effect.Perform.class).get(0).action();
        scene.pass(SECOND).restart();
        assertThat(scene.told()).isEqualTo("action.interrupted");
        Action left = scene.effects(Effect.Recover.class).get(0).action();
        assertThat(left.id()).isEqualTo(performed.id());
        assertThat(left.plan()).isEqualTo(performed.plan());
        assertThat(left.faultKind()).isEqualTo(SHARE);
        assertThat(scene.state.open()).isEmpty();
        assertThat(scene.last.unpin()).containsExactly("abcd1234-w1");

        scene.pass(SECOND).see(SHARE);
        assertThat(scene.performs()).isTrue();
    }

    @Test
    void aLookThatARepairHasOvertakenIsNoWish() {
        scene.see(SHARE);
        var before = scene.now;
        scene.pass(SECOND).succeed();
        scene.take(new Input.Seen(HealerScene.faulty(
                HealerScene.BOX, SHARE, new Proposal(HealerScene.RESTORE, HealerScene.PLAN), before)));
        assertThat(scene.last.writes()).isFalse();
    }

    @Test
    void theMemoryOfAWishGoes() {
        scene.see(SHARE);
        scene.fail();
        scene.pass(Duration.ofHours(1).plusSeconds(29)).tick();
        assertThat(scene.state.cases()).hasSize(1);
        scene.pass(SECOND).tick();
        assertThat(scene.state.cases()).isEmpty();
        assertThat(StateRows.read(scene.rows)).isEqualTo(scene.state);
    }

    @Test
    void whatAnOlderAgentWroteIsABreakage() {
        scene.faulty();
        scene.rows.replaceAll((row, value) -> value.replace(",\"nature\":\"BREAKAGE\"", ""));
        assertThat(scene.rows.values()).noneMatch(value -> value.contains("nature"));
        assertThat(StateRows.read(scene.rows).faults().get(0).nature()).isEqualTo(Nature.BREAKAGE);
    }

    /** It is there for a second, and gone for the next; the healer ticks all the while. */
    private void flip(int seconds) {
        for (int i = 0; i < seconds; i++) {
            scene.pass(SECOND);
            if (i % 2 == 0) {
                scene.see(SHARE);
            } else {
                scene.over(SHARE);
            }
            scene.tick();
        }
    }

    private long count(Class<?> type) {
        return scene.entries.stream()
                .filter(entry -> type.isInstance(entry.data()))
                .count();
    }
}
