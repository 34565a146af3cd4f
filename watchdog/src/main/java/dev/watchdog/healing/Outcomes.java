package dev.watchdog.healing;

import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.Evidence;
import dev.watchdog.events.Severity;
import java.time.Duration;
import java.util.Objects;

/** How actions end: by what the remedy reports, by not reporting at all, or by the agent's own end. Pure. */
final class Outcomes {
    /** How long after its deadline an action that never reported is taken for failed. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    /** What whoever asked for something hears when the agent ended before it had. */
    static final String INTERRUPTED = "interrupted by a restart of the agent";

    private final Turn turn;
    private final Pursuit pursuit;

    Outcomes(Turn turn, Pursuit pursuit) {
        this.turn = turn;
        this.pursuit = pursuit;
    }

    /** Takes a report; one about an action that does not run any more comes too late and says nothing. */
    void take(String action, Outcome outcome) {
        Case subject = turn.running(action);
        if (subject != null) {
            Fault fault = Objects.requireNonNull(subject.fault());
            end(subject, fault, Objects.requireNonNull(fault.attempt()), outcome);
        }
    }

    private void end(Case subject, Fault fault, Attempt attempt, Outcome outcome) {
        String id = attempt.id();
        String kind = attempt.kind();
        if (outcome instanceof Outcome.Succeeded done) {
            turn.tell(
                    fault,
                    Severity.INFO,
                    null,
                    new ActionEvent.Succeeded(id, fault.id(), kind, done.result(), done.micros()));
            Case healed = subject.with(subject.history().healed());
            close(healed, fault, attempt, "healed", done.result(), done.proved());
        } else if (outcome instanceof Outcome.Unneeded unneeded) {
            pursuit.refuse(fault, attempt, "probe", unneeded.why());
            close(subject, fault, attempt, "recovered", Evidence.of(unneeded.why()), turn.now());
        } else if (outcome instanceof Outcome.Gone gone) {
            turn.tell(fault, Severity.INFO, null, new ActionEvent.Undone(id, fault.id(), kind, gone.why()));
            close(subject, fault, attempt, "gone", Evidence.of(gone.why()), turn.now());
        } else if (outcome instanceof Outcome.Undone undone) {
            turn.tell(fault, Severity.WARN, null, new ActionEvent.Undone(id, fault.id(), kind, undone.why()));
            failed(subject, fault, attempt, undone.why());
        } else if (outcome instanceof Outcome.Failed failed) {
            turn.tell(fault, Severity.ERROR, null, new ActionEvent.Failed(id, fault.id(), kind, failed.why()));
            failed(subject, fault, attempt, failed.why());
        }
    }

    private void close(Case subject, Fault fault, Attempt attempt, String reason, Evidence result, Duration since) {
        if (attempt.origin().isCommand()) {
            turn.docket().answer(attempt.origin(), Answer.SUCCEEDED, result);
        }
        pursuit.clear(subject, fault, reason, since);
        if (fault.seen() != null && fault.seen().sinceBoot().compareTo(since) > 0) {
            turn.effect(new Effect.Look(fault.key()));
        }
    }

    private void failed(Case subject, Fault fault, Attempt attempt, String why) {
        if (attempt.origin().isCommand()) {
            turn.docket().answer(attempt.origin(), Answer.FAILED, Evidence.of(why));
        }
        Case after = subject.with(subject.history().failed(turn.now()))
                .with(fault.with(null).unsighted(turn.setting.now()));
        Duration coolDown =
                turn.setting.policy().gates().coolDownAfter(after.history().failures());
        pursuit.pursue(pursuit.idle(after, turn.now().plus(coolDown)));
    }

    /** Ends an action that should have reported long ago. */
    void overdue(Attempt attempt) {
        if (attempt.deadline() != null && attempt.deadline().plus(GRACE).compareTo(turn.now()) < 0) {
            take(attempt.id(), new Outcome.Failed("it did not report by its deadline"));
        }
    }

    /** The agent ended while this ran: its domain judges what it left, and nothing acts before a new look. */
    void interrupted(Case subject, Fault fault, Attempt attempt) {
        String why = "found unfinished when the agent started; the subject is looked at before anything else";
        turn.tell(
                fault, Severity.WARN, null, new ActionEvent.Interrupted(attempt.id(), fault.id(), attempt.kind(), why));
        if (attempt.origin().isCommand()) {
            turn.docket().answer(attempt.origin(), Answer.FAILED, Evidence.of(INTERRUPTED));
        }
        pursuit.idle(subject.with(fault.with(null).unsighted(turn.setting.now())), turn.now());
        turn.effect(new Effect.Recover(new Action(
                attempt.id(),
                attempt.kind(),
                fault.id(),
                fault.subject(),
                fault.kind(),
                attempt.plan(),
                turn.now(),
                Stages.decided(turn.setting.now(), turn.setting.now(), turn.setting.now()))));
    }
}
