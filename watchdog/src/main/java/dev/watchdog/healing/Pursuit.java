package dev.watchdog.healing;

import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.Evidence;
import dev.watchdog.events.FaultCleared;
import dev.watchdog.events.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/** Follows one open fault or wish: wants an action, asks the gates, starts it, gives it up, or closes the fault. Pure. */
final class Pursuit {
    /** For how long what a person asked for may wait; nobody is surprised by it hours later. */
    static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Turn turn;
    private final Gatekeeper gatekeeper;

    Pursuit(Turn turn) {
        this.turn = turn;
        this.gatekeeper = new Gatekeeper(turn);
    }

    /** Does what can be done now about what is open; nothing while its action runs. */
    void pursue(Case subject) {
        Fault fault = subject.fault();
        if (fault == null) {
            return;
        }
        Attempt attempt = fault.attempt();
        Proposal proposal = fault.proposal();
        if (attempt != null && attempt.running()) {
            turn.remember(subject);
        } else if (attempt != null && !attempt.serves(proposal)) {
            String instead = proposal == null ? "nothing safe would mend it now" : "it now needs " + proposal.action();
            pursue(giveUp(subject, attempt, "probe", instead));
        } else if (proposal == null || (attempt == null && unwanted(fault))) {
            turn.remember(subject);
        } else {
            Attempt wanted = attempt == null ? want(fault, proposal, Origin.POLICY) : attempt;
            decide(subject, fault.with(wanted), wanted, proposal);
        }
    }

    /** A person said no, or the mode did and was told so. */
    private boolean unwanted(Fault fault) {
        return fault.settled() || (fault.attempts() > 0 && turn.mode(fault.kind()) == Mode.OBSERVE);
    }

    /** A new action, told and not yet decided. */
    Attempt want(Fault fault, Proposal proposal, Origin origin) {
        Attempt attempt = Attempt.wanted(turn.nextAction(), proposal, origin, fault.attempts() + 1);
        turn.tell(
                fault,
                Severity.INFO,
                origin,
                new ActionEvent.Requested(attempt.id(), fault.id(), attempt.kind(), origin.id(), attempt.number()));
        return attempt;
    }

    private void decide(Case subject, Fault fault, Attempt attempt, Proposal proposal) {
        Decision decision = gatekeeper.ask(subject, fault, attempt);
        if (decision instanceof Decision.Wait wait) {
            hold(subject, fault, attempt, wait);
        } else if (decision instanceof Decision.Refuse refuse) {
            refuse(fault, attempt, refuse.gate(), refuse.why());
            idle(subject.with(fault.with(null)), turn.now());
        } else {
            start(subject, fault, attempt, proposal);
        }
    }

    private void hold(Case subject, Fault fault, Attempt attempt, Decision.Wait wait) {
        boolean looking = wait.gate().equals("stale-sight");
        Instant wall =
                wait.until() == null ? null : turn.wall().plus(wait.until().minus(turn.now()));
        Case held = subject.with(fault.with(attempt.held(wait, wall)));
        if (looking) {
            look(fault, attempt);
        }
        if (wait.gate().equals(attempt.gate())) {
            turn.remember(held);
            return;
        }
        if (!looking) {
            turn.tell(
                    fault,
                    Severity.INFO,
                    null,
                    new ActionEvent.Held(attempt.id(), fault.id(), attempt.kind(), wait.gate(), wait.why(), wall));
            progress(attempt, "is held by " + wait.gate() + ": " + wait.why());
        }
        turn.put(held);
    }

    /** What a domain was asked for is planned anew, which is a look, too. */
    void look(Fault fault, Attempt attempt) {
        Ongoing asked = turn.docket().find(attempt.origin().id());
        if (asked != null
                && turn.setting.policy().verbs().containsKey(asked.command().verb())) {
            turn.effect(new Effect.Plan(asked.command()));
        } else {
            turn.effect(new Effect.Look(fault.key()));
        }
    }

    private void progress(Attempt attempt, String how) {
        if (attempt.origin().isCommand()) {
            turn.docket().progress(attempt.origin(), "action " + attempt.id() + " " + how);
        }
    }

    private void start(Case subject, Fault fault, Attempt attempt, Proposal proposal) {
        Ongoing asked = turn.docket().find(attempt.origin().id());
        if (asked != null && asked.command().expired(turn.time())) {
            expire(subject.with(fault), attempt);
            return;
        }
        String unmet = asked == null ? null : Expectations.unmet(asked.command(), turn, fault.subject(), fault.kind());
        if (unmet != null) {
            giveUp(subject.with(fault), attempt, "expectation", unmet);
            return;
        }
        ActionKind kind =
                Objects.requireNonNull(turn.setting.policy().actionKinds().get(attempt.kind()));
        Duration deadline = turn.now().plus(kind.deadline());
        turn.spend(attempt.kind());
        turn.tell(
                fault,
                Severity.INFO,
                null,
                new ActionEvent.Started(attempt.id(), fault.id(), attempt.kind(), proposal.plan()));
        progress(attempt, "has started");
        turn.put(subject.with(fault.with(attempt.started(proposal.plan(), deadline))));
        turn.effect(new Effect.Perform(new Action(
                attempt.id(),
                attempt.kind(),
                fault.id(),
                fault.subject(),
                fault.kind(),
                proposal.plan(),
                deadline,
                Stages.decided(
                        Objects.requireNonNull(fault.signalled()),
                        Objects.requireNonNull(fault.seen()),
                        turn.setting.now()))));
    }

    /** Withdraws what waited, and what is left is idle. */
    Case giveUp(Case subject, Attempt attempt, String gate, String why) {
        return idle(withdraw(subject, attempt, gate, why), turn.now());
    }

    /** Whoever asked for what waits did so until now. */
    void expire(Case subject, Attempt attempt) {
        String why = "its expiry passed before its action could start";
        idle(withdraw(subject, attempt, "expiry", why, Answer.EXPIRED), turn.now());
    }

    /**
     * Nothing is wanted any more for what is open: a fault stays open, a wish is over.
     *
     * @param since what was seen of the wish before this is no reason to take it up again; in the future after a failed
     *     action: the cool-down then passes without a word
     */
    Case idle(Case without, Duration since) {
        Fault fault = Objects.requireNonNull(without.fault());
        if (fault.nature() == Nature.WISH) {
            return clear(without, fault, "given up", since);
        }
        turn.put(without);
        return without;
    }

    /** Takes back what waited; whoever asked for it has failed, and is told why. */
    Case withdraw(Case subject, Attempt attempt, String gate, String why) {
        return withdraw(subject, attempt, gate, why, Answer.FAILED);
    }

    /** @param status what whoever asked for it is answered */
    Case withdraw(Case subject, Attempt attempt, String gate, String why, String status) {
        Fault fault = Objects.requireNonNull(subject.fault());
        refuse(fault, attempt, gate, why);
        if (attempt.origin().isCommand()) {
            turn.docket().answer(attempt.origin(), status, Evidence.of(why));
        }
        Case without = subject.with(fault.with(null));
        turn.put(without);
        return without;
    }

    /** Tells that what was wanted will not be done, and why. */
    void refuse(Fault fault, Attempt attempt, String gate, String why) {
        turn.tell(
                fault,
                Severity.INFO,
                null,
                new ActionEvent.Refused(attempt.id(), fault.id(), attempt.kind(), gate, why));
    }

    /** The fault is over without an action; whoever asked for one that still waits is told. */
    void over(Case subject, Fault fault, String reason, Duration since) {
        Attempt waiting = fault.attempt();
        if (waiting != null) {
            refuse(fault, waiting, "probe", "not needed any more: " + reason);
            if (waiting.origin().isCommand()) {
                turn.docket()
                        .answer(waiting.origin(), Answer.SUCCEEDED, Evidence.of("nothing left to mend: " + reason));
            }
        }
        clear(subject, fault, reason, since);
    }

    /** It is over; nobody is told of the end of a wish. */
    Case clear(Case subject, Fault fault, String reason, Duration since) {
        if (fault.nature() != Nature.WISH) {
            turn.tell(
                    fault,
                    Severity.INFO,
                    null,
                    new FaultCleared(
                            fault.id(), fault.kind(), reason, fault.raised().wall()));
        }
        turn.unpin(fault.id());
        Case over = new Case(subject.key(), null, subject.history().cleared(since));
        turn.put(over);
        return over;
    }
}
