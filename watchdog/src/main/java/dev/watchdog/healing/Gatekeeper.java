package dev.watchdog.healing;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks the gates, in the order in which their answers matter to a person. Pure. */
final class Gatekeeper {
    /** Only a person's word opens this gate. */
    static final String APPROVAL = "approval";

    private final Turn turn;

    Gatekeeper(Turn turn) {
        this.turn = turn;
    }

    Decision ask(Case subject, Fault fault, Attempt attempt) {
        Mode mode = turn.mode(fault.kind());
        if (mode == Mode.OBSERVE && !attempt.approved()) {
            return new Decision.Refuse("mode", "the mode of " + fault.kind() + " is observe");
        }
        if (turn.setting.stopping()) {
            return new Decision.Wait("stopping", "the agent is stopping; it is looked at when it starts again", null);
        }
        Pause pause = turn.core().pause();
        if (pause != null) {
            return new Decision.Wait("pause", "paused: " + pause.reason(), null);
        }
        Decision.@Nullable Wait unapproved =
                attempt.approved() ? null : unapproved(subject.history(), fault, attempt, mode);
        if (unapproved != null) {
            return unapproved;
        }
        FaultKey busy = turn.running(fault.subject());
        if (busy != null) {
            return new Decision.Wait(
                    "busy",
                    "an action for " + busy.kind() + " runs on it",
                    turn.now().plusSeconds(1));
        }
        if (stale(fault)) {
            return new Decision.Wait(
                    "stale-sight", "it is looked at again first", turn.now().plusSeconds(1));
        }
        return new Decision.Act();
    }

    private Decision.@Nullable Wait unapproved(History history, Fault fault, Attempt attempt, Mode mode) {
        Gates gates = turn.setting.policy().gates();
        if (mode == Mode.PROPOSE) {
            return new Decision.Wait(APPROVAL, "the mode of " + fault.kind() + " is propose", null);
        }
        List<Duration> losses = history.recentLosses(turn.now(), gates);
        if (losses.size() >= gates.flapLosses()) {
            return new Decision.Wait(
                    "flapping",
                    "lost " + gates.flapLosses() + " times or more in "
                            + gates.flapWindow().toMinutes()
                            + " minutes: approve it, or it is tried again when that has passed",
                    losses.get(losses.size() - gates.flapLosses()).plus(gates.flapWindow()));
        }
        Duration failedAt = history.failedAt();
        if (failedAt != null) {
            Duration again = failedAt.plus(gates.coolDownAfter(history.failures()));
            if (again.compareTo(turn.now()) > 0) {
                return new Decision.Wait("cool-down", history.failures() + " failed lately", again);
            }
        }
        return overBudget(fault, attempt, gates);
    }

    private Decision.@Nullable Wait overBudget(Fault fault, Attempt attempt, Gates gates) {
        Budget budget = turn.budget(attempt.kind());
        int subjects = turn.setting.subjects().getOrDefault(fault.subject().kind(), 0);
        int limit = Math.max(gates.budgetLeast(), gates.budgetPerSubject() * subjects);
        int spent = budget.spent(turn.now(), gates);
        return spent < limit
                ? null
                : new Decision.Wait(
                        "budget",
                        spent + " of " + limit + " " + attempt.kind() + " a minute are used up",
                        budget.frees(turn.now(), gates));
    }

    private boolean stale(Fault fault) {
        return fault.signalled() == null
                || fault.seen() == null
                || turn.now()
                                .minus(fault.seen().sinceBoot())
                                .compareTo(turn.setting.policy().gates().freshFor())
                        > 0;
    }
}
