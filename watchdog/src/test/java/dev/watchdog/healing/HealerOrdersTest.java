package dev.watchdog.healing;

import static dev.watchdog.healing.HealerScene.BOX;
import static dev.watchdog.healing.HealerScene.GIVE;
import static dev.watchdog.healing.HealerScene.LOST;
import static dev.watchdog.healing.HealerScene.RESTORE;
import static dev.watchdog.healing.HealerScene.SHARE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.events.CommandEvent;
import dev.watchdog.events.Evidence;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The verbs that a domain declares: planned by the domain, pursued through the gates, answered once. */
class HealerOrdersTest {
    private static final Map<String, String> ARGUMENTS = Map.of("box", "c1", "size", "2GiB");

    private final HealerScene scene = new HealerScene();

    @Test
    void itIsPlannedByItsDomainAndThenDone() {
        scene.ask(GIVE, ARGUMENTS);
        assertThat(scene.told()).isEqualTo("command.accepted");
        assertThat(scene.effects(Effect.Plan.class))
                .singleElement()
                .satisfies(plan -> assertThat(plan.command().arguments()).isEqualTo(ARGUMENTS));
        scene.modes.put(SHARE, Mode.OBSERVE);
        planned(proposed());
        assertThat(scene.told()).isEqualTo("action.requested action.started command.progressed");
        assertThat(scene.last.entries().get(0).causedBy()).isEqualTo("cmd-1");
        assertThat(scene.effects(Effect.Perform.class).get(0).action().faultKind())
                .isEqualTo(SHARE);
        scene.succeed();
        assertThat(scene.answers("cmd-1")).containsExactly("succeeded", "reply succeeded");
        assertThat(scene.state.open()).isEmpty();
        assertThat(scene.state.commands()).isEmpty();
    }

    @Test
    void allItsArgumentsMustBeGivenAndNoOther() {
        scene.ask(GIVE, Map.of("box", "c1"));
        assertThat(scene.said(CommandEvent.Rejected.class).why()).isEqualTo("give-share needs size");
        scene.ask(GIVE, Map.of("box", "c1", "size", " "));
        assertThat(scene.told()).isEqualTo("command.rejected");
        scene.ask(GIVE, Map.of("box", "c1", "size", "1", "more", "x"));
        assertThat(scene.told()).isEqualTo("command.rejected");
    }

    @Test
    void whatItsDomainRefusesFails() {
        scene.ask(GIVE, ARGUMENTS);
        planned(new Planned.Refused("its floor is 3 GiB"));
        assertThat(scene.said(CommandEvent.Failed.class).why()).isEqualTo("its floor is 3 GiB");
        assertThat(scene.answers("cmd-1")).containsExactly("failed", "reply failed");
        planned(proposed());
        assertThat(scene.last.entries()).as("of a command that was answered").isEmpty();
    }

    @Test
    void whatIsSoAlreadySucceeds() {
        scene.ask(GIVE, ARGUMENTS);
        planned(new Planned.Needless("it has 2 GiB"));
        assertThat(scene.said(CommandEvent.Succeeded.class).result().summary()).isEqualTo("it has 2 GiB");
    }

    @Test
    void aDomainThatDoesNotAnswerFailsIt() {
        scene.ask(GIVE, ARGUMENTS);
        scene.pass(Duration.ofMillis(9_999)).tick();
        assertThat(scene.answers("cmd-1")).isEmpty();
        scene.pass(Duration.ofMillis(1)).tick();
        assertThat(scene.answers("cmd-1")).containsExactly("failed", "reply failed");
    }

    @Test
    void onceItIsPlannedTheDomainsTimeIsOver() {
        scene.modes.put(LOST, Mode.HEAL);
        scene.faulty();
        scene.ask(GIVE, ARGUMENTS);
        planned(proposed());
        scene.pass(Duration.ofSeconds(15)).tick();
        assertThat(scene.answers("cmd-1")).isEmpty();
    }

    @Test
    void whileItWaitsItIsPlannedAnewAndThatIsItsLook() {
        scene.faulty();
        scene.ask(GIVE, ARGUMENTS);
        planned(proposed());
        assertThat(scene.told()).isEqualTo("action.requested action.held command.progressed");
        scene.pass(Duration.ofSeconds(6));
        scene.finish("abcd1234-a1", scene.done());
        scene.tick();
        assertThat(scene.effects(Effect.Plan.class)).hasSize(1);
        assertThat(scene.looks()).isFalse();
        planned(proposed());
        assertThat(scene.told()).contains("action.started");
    }

    @Test
    void whatAFreshLookForbidsIsGivenUp() {
        waiting();
        planned(new Planned.Refused("it starves"));
        assertThat(scene.told()).isEqualTo("action.refused command.failed");
        assertThat(scene.said(CommandEvent.Failed.class).why()).isEqualTo("it starves");
    }

    @Test
    void whatHasComeByItselfMeanwhileSucceeds() {
        waiting();
        planned(new Planned.Needless("it has 2 GiB"));
        assertThat(scene.answers("cmd-1")).containsExactly("succeeded", "reply succeeded");
    }

    @Test
    void aPlanThatComesWhileItRunsChangesNothing() {
        scene.ask(GIVE, ARGUMENTS);
        planned(proposed());
        planned(new Planned.Refused("too late"));
        assertThat(scene.last.entries()).isEmpty();
        assertThat(scene.answers("cmd-1")).isEmpty();
    }

    @Test
    void aDryRunTellsThePlan() {
        scene.ask(HealerScene.dry(scene.signed(GIVE, ARGUMENTS)));
        planned(proposed());
        assertThat(scene.said(CommandEvent.Succeeded.class).result().facts())
                .containsEntry("action", RESTORE)
                .containsEntry("summary", "from 1 to 2 GiB");
        assertThat(scene.state.open()).isEmpty();
    }

    @Test
    void oneAtATimeForASubject() {
        scene.ask(GIVE, ARGUMENTS);
        planned(proposed());
        scene.ask(GIVE, ARGUMENTS);
        scene.take(new Input.Plan("cmd-2", proposed()));
        assertThat(scene.said(CommandEvent.Failed.class).why()).contains("another command for container/c1");
    }

    @Test
    void aPauseHoldsForItToo() {
        scene.pause(Duration.ofMinutes(5));
        scene.ask(GIVE, ARGUMENTS);
        scene.take(new Input.Plan("cmd-2", proposed()));
        assertThat(scene.said(CommandEvent.Failed.class).why()).contains("resume first");
        assertThat(scene.performs()).isFalse();
    }

    @Test
    void whatItExpectsIsCheckedOnceTheSubjectIsKnown() {
        scene.ask(HealerScene.expecting(scene.signed(GIVE, ARGUMENTS), "state", "faulty"));
        planned(proposed());
        assertThat(scene.said(CommandEvent.Failed.class).why()).isEqualTo("expected state faulty, found healthy");
        scene.ask(HealerScene.expecting(scene.signed(GIVE, ARGUMENTS), "weather", "fine"));
        assertThat(scene.told()).isEqualTo("command.rejected");
    }

    @Test
    void aDomainThatProposesWhatItHasNotDeclaredFailsTheCommand() {
        scene.ask(GIVE, ARGUMENTS);
        planned(new Planned.Proposed(HealerScene.faulty(BOX, LOST, new Proposal(RESTORE, Evidence.of("")), scene.now)));
        assertThat(scene.answers("cmd-1")).containsExactly("failed", "reply failed");
        assertThat(scene.state.open()).isEmpty();
    }

    @Test
    void whatWaitsGoesOnAfterARestartWhatWasNotPlannedFails() {
        waiting();
        scene.ask(GIVE, ARGUMENTS);
        scene.restart();
        assertThat(scene.answers("cmd-2")).containsExactly("failed", "reply failed");
        assertThat(scene.answers("cmd-1")).isEmpty();
        assertThat(scene.effects(Effect.Plan.class)).hasSize(1);
        planned(proposed());
        assertThat(scene.performs()).isTrue();
        String action = scene.effects(Effect.Perform.class).get(0).action().id();
        scene.finish(action, scene.done());
        assertThat(scene.answers("cmd-1")).containsExactly("succeeded", "reply succeeded");
    }

    /** Another action runs on the subject. */
    private void waiting() {
        scene.faulty();
        scene.ask(GIVE, ARGUMENTS);
        planned(proposed());
        assertThat(scene.performs()).isFalse();
    }

    private void planned(Planned planned) {
        scene.take(new Input.Plan("cmd-1", planned));
    }

    private Planned proposed() {
        return new Planned.Proposed(
                HealerScene.faulty(BOX, SHARE, new Proposal(RESTORE, Evidence.of("from 1 to 2 GiB")), scene.now));
    }
}
