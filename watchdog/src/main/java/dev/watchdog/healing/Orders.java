package dev.watchdog.healing;

import dev.watchdog.events.Evidence;
import java.time.Duration;
import java.util.List;

/**
 * The verbs that domains declare. The domain is asked what it would do, which is a look, too; that is then pursued like a
 * proposal that a person has approved. Pure.
 */
final class Orders {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Turn turn;
    private final Docket docket;
    private final Pursuit pursuit;
    private final Admission admission;

    Orders(Turn turn, Pursuit pursuit, Admission admission) {
        this.turn = turn;
        this.docket = turn.docket();
        this.pursuit = pursuit;
        this.admission = admission;
    }

    void take(Command command, VerbKind verb) {
        if (!admission.understands(command, verb.arguments())) {
            return;
        }
        List<String> missing = verb.arguments().stream()
                .filter(name -> command.argument(name).isBlank())
                .toList();
        String wrong = Expectations.malformed(command, true, true);
        if (!missing.isEmpty()) {
            docket.reject(command, command.verb() + " needs " + String.join(" and ", missing));
        } else if (wrong != null) {
            docket.reject(command, wrong);
        } else {
            docket.accept(command);
            docket.put(Ongoing.of(command).until(turn.now().plus(PATIENCE)));
            turn.effect(new Effect.Plan(command));
        }
    }

    /** What the domain says: the first time to the order, later because what it had seen was too old to act on. */
    void planned(String id, Planned planned) {
        Ongoing order = docket.find(id);
        if (order == null) {
            return;
        }
        Case waiting = turn.cases().stream()
                .filter(each -> each.fault() != null
                        && each.fault().attempt() != null
                        && each.fault().attempt().origin().id().equals(id))
                .findFirst()
                .orElse(null);
        if (waiting != null) {
            again(waiting, planned);
        } else if (planned instanceof Planned.Proposed proposed
                && proposed.finding().proposal() != null) {
            propose(order.command(), proposed.finding(), proposed.finding().proposal());
        } else if (planned instanceof Planned.Needless needless) {
            docket.succeed(order.command(), Evidence.of(needless.why()));
        } else {
            docket.fail(order.command(), why(planned));
        }
    }

    private void again(Case waiting, Planned planned) {
        Fault fault = waiting.fault();
        Attempt attempt = fault == null ? null : fault.attempt();
        if (fault == null || attempt == null || attempt.running()) {
            return;
        }
        if (planned instanceof Planned.Proposed proposed) {
            pursuit.pursue(waiting.with(fault.sighted(proposed.finding())));
        } else if (planned instanceof Planned.Needless) {
            pursuit.over(waiting, fault, "recovered", turn.now());
        } else {
            pursuit.giveUp(waiting, attempt, "probe", why(planned));
        }
    }

    private static String why(Planned planned) {
        return planned instanceof Planned.Refused refused ? refused.why() : "its domain proposes nothing";
    }

    private void propose(Command command, Finding.Faulty finding, Proposal proposal) {
        Case subject = turn.find(finding.key());
        Pause pause = turn.core().pause();
        String unmet = Expectations.unmet(command, turn, finding.subject(), finding.kind());
        if (unmet != null) {
            docket.fail(command, unmet);
        } else if (command.dryRun()) {
            docket.succeed(command, new Evidence(proposal.plan().facts()).with("action", proposal.action()));
        } else if (subject.fault() != null) {
            docket.fail(command, "another command for " + finding.subject() + " is on its way");
        } else if (pause != null) {
            docket.fail(command, "paused until " + pause.until() + " (" + pause.reason() + "): resume first");
        } else {
            take(command, finding, proposal, subject);
        }
    }

    private void take(Command command, Finding.Faulty finding, Proposal proposal, Case subject) {
        FaultKind kind = turn.setting.policy().faultKinds().get(finding.kind());
        if (kind == null || kind.nature() != Nature.WISH) {
            docket.fail(command, "its domain proposes what it has not declared: report it");
            return;
        }
        Origin origin = Docket.origin(command);
        Fault wish = Fault.first(turn.nextWish(), kind, finding);
        turn.pin(wish.id());
        docket.put(Ongoing.of(command));
        Attempt attempt = pursuit.want(wish, proposal, origin)
                .approvedBy(origin, turn.now().plus(Pursuit.PATIENCE));
        Case wanted = subject.with(wish.with(attempt));
        turn.put(wanted);
        pursuit.pursue(wanted);
    }
}
