package dev.watchdog.healing;

import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.Evidence;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.events.SensorEvent;
import dev.watchdog.events.Severity;
import dev.watchdog.events.Subject;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The only decider: a pure function from the state and what was seen, asked or ended to a new state, what is to be
 * recorded, and what is to happen once that is durable. No clock, no I/O, no threads.
 */
final class Healer {
    /** How long after its deadline an action that never reported is taken for failed. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Turn turn;
    private final Pursuit pursuit;
    private final Commands commands;

    private Healer(HealerState state, Setting setting) {
        this.turn = new Turn(state, setting);
        this.pursuit = new Pursuit(turn);
        this.commands = new Commands(turn, pursuit);
    }

    /** Works off the inputs in their order. */
    static Step step(HealerState state, List<Input> inputs, Setting setting) {
        boolean rebooted = !state.core().boot().equals(setting.now().boot());
        Healer healer = new Healer(rebooted ? state.rebased(setting) : state, setting);
        inputs.forEach(healer::take);
        return healer.turn.end();
    }

    private void take(Input input) {
        if (input instanceof Input.Seen seen) {
            see(seen.finding());
        } else if (input instanceof Input.Finished finished) {
            finish(finished.action(), finished.outcome());
        } else if (input instanceof Input.Asked asked) {
            commands.take(asked.command());
        } else if (input instanceof Input.Sight sight) {
            sight(sight.sensor(), sight.blind());
        } else if (input instanceof Input.Started) {
            started();
        } else {
            tick();
        }
    }

    private void see(Finding finding) {
        Case subject = turn.find(finding.key());
        Fault fault = subject.fault();
        if (outOfDate(subject, finding)) {
            return;
        }
        if (finding instanceof Finding.Faulty faulty) {
            pursuit.pursue(fault == null ? raise(subject, faulty) : subject.with(fault.sighted(faulty)));
        } else if (fault != null && (fault.attempt() == null || !fault.attempt().running())) {
            if (finding instanceof Finding.Unknown) {
                turn.remember(subject.with(fault.unsighted()));
            } else {
                String reason = finding instanceof Finding.Gone ? "gone" : "recovered";
                pursuit.clear(
                        subject, fault, reason, fault.attempt(), finding.seen().sinceBoot());
            }
        }
    }

    /** Looks and repairs overtake each other on the way here: what was seen before the newest proof says nothing. */
    private static boolean outOfDate(Case subject, Finding finding) {
        Fault fault = subject.fault();
        Duration newest = subject.history().healthySince();
        if (fault != null) {
            newest = fault.seen() == null ? null : fault.seen().sinceBoot();
        }
        return newest != null && finding.seen().sinceBoot().compareTo(newest) < 0;
    }

    private Case raise(Case subject, Finding.Faulty faulty) {
        FaultKind kind =
                Objects.requireNonNull(turn.setting.policy().faultKinds().get(faulty.kind()));
        Fault fault = new Fault(
                turn.nextFault(),
                faulty.kind(),
                faulty.subject(),
                kind.severity(),
                faulty.signalled(),
                faulty.evidence(),
                faulty.proposal(),
                faulty.signalled(),
                faulty.seen(),
                null,
                0,
                false);
        turn.tell(
                fault.subject(),
                faulty.signalled().wall(),
                kind.severity(),
                fault.id(),
                null,
                new FaultRaised(fault.id(), fault.kind(), fault.evidence()));
        turn.pin(fault.id());
        Case raised = new Case(
                subject.key(),
                fault,
                subject.history().lost(turn.now(), turn.setting.policy().gates()));
        turn.put(raised);
        return raised;
    }

    private void finish(String action, Outcome outcome) {
        Case subject = turn.cases().stream()
                .filter(each -> runs(each.fault(), action))
                .findFirst()
                .orElse(null);
        if (subject == null) {
            return;
        }
        Fault fault = Objects.requireNonNull(subject.fault());
        Attempt attempt = Objects.requireNonNull(fault.attempt());
        String kind = attempt.kind();
        if (outcome instanceof Outcome.Succeeded done) {
            turn.tell(
                    fault,
                    Severity.INFO,
                    null,
                    new ActionEvent.Succeeded(action, fault.id(), kind, done.result(), done.micros()));
            close(subject, fault, attempt, "healed", done.result(), done.proved());
        } else if (outcome instanceof Outcome.Unneeded unneeded) {
            pursuit.refuse(fault, attempt, "probe", unneeded.why());
            close(subject, fault, attempt, "recovered", Evidence.of(unneeded.why()), turn.now());
        } else if (outcome instanceof Outcome.Gone gone) {
            turn.tell(fault, Severity.INFO, null, new ActionEvent.Undone(action, fault.id(), kind, gone.why()));
            close(subject, fault, attempt, "gone", Evidence.of(gone.why()), turn.now());
        } else if (outcome instanceof Outcome.Undone undone) {
            turn.tell(fault, Severity.WARN, null, new ActionEvent.Undone(action, fault.id(), kind, undone.why()));
            failed(subject, fault, attempt, undone.why());
        } else if (outcome instanceof Outcome.Failed failed) {
            turn.tell(fault, Severity.ERROR, null, new ActionEvent.Failed(action, fault.id(), kind, failed.why()));
            failed(subject, fault, attempt, failed.why());
        }
    }

    private static boolean runs(@Nullable Fault fault, String action) {
        return fault != null
                && fault.attempt() != null
                && fault.attempt().running()
                && fault.attempt().id().equals(action);
    }

    private void close(Case subject, Fault fault, Attempt attempt, String reason, Evidence result, Duration since) {
        if (attempt.origin().isCommand()) {
            turn.answer(attempt.origin(), true, result);
        }
        Case forgiven = reason.equals("healed")
                ? subject.with(new History(subject.history().losses(), 0, null, null))
                : subject;
        pursuit.clear(forgiven, fault, reason, null, since);
    }

    private void failed(Case subject, Fault fault, Attempt attempt, String why) {
        if (attempt.origin().isCommand()) {
            turn.answer(attempt.origin(), false, Evidence.of(why));
        }
        Case after = subject.with(subject.history().failed(turn.now())).with(fault.with(null));
        turn.put(after);
        pursuit.pursue(after);
    }

    private void sight(String sensor, @Nullable String why) {
        HealerState.Blindness known = turn.blind().get(sensor);
        if (why != null && known == null) {
            turn.setBlind(sensor, new HealerState.Blindness(turn.wall(), why));
            turn.tell(Subject.HOST, turn.wall(), Severity.WARN, null, null, new SensorEvent.Blinded(sensor, why));
        } else if (why == null && known != null) {
            turn.setBlind(sensor, null);
            long millis =
                    Math.max(0, Duration.between(known.since(), turn.wall()).toMillis());
            turn.tell(Subject.HOST, turn.wall(), Severity.INFO, null, null, new SensorEvent.Recovered(sensor, millis));
        }
    }

    private void started() {
        for (Case subject : turn.cases()) {
            Fault fault = subject.fault();
            if (fault == null) {
                continue;
            }
            Attempt attempt = fault.attempt();
            if (attempt != null && attempt.running()) {
                interrupted(subject, fault, attempt);
            } else {
                turn.remember(subject.with(fault.unsighted()));
                turn.effect(new Effect.Look(subject.key()));
            }
        }
    }

    private void interrupted(Case subject, Fault fault, Attempt attempt) {
        String why = "found unfinished when the agent started; the subject is looked at before anything else";
        turn.tell(
                fault, Severity.WARN, null, new ActionEvent.Interrupted(attempt.id(), fault.id(), attempt.kind(), why));
        if (attempt.origin().isCommand()) {
            turn.answer(attempt.origin(), false, Evidence.of("interrupted by a restart of the agent"));
        }
        turn.put(subject.with(fault.with(null).unsighted()));
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

    private void tick() {
        Pause pause = turn.core().pause();
        if (pause != null && !pause.until().isAfter(turn.wall())) {
            turn.setPause(null);
        }
        for (Case subject : turn.cases()) {
            Fault fault = subject.fault();
            if (fault == null) {
                if (subject.history().expired(turn.now(), turn.setting.policy().gates())) {
                    turn.forget(subject.key());
                }
            } else if (fault.attempt() != null && fault.attempt().running()) {
                overdue(fault.attempt());
            } else if (fault.attempt() == null || due(fault.attempt())) {
                pursuit.pursue(subject);
            }
        }
    }

    private boolean due(Attempt attempt) {
        return attempt.gate() == null
                || attempt.gate().equals("pause")
                || (attempt.until() != null && attempt.until().compareTo(turn.now()) <= 0);
    }

    private void overdue(Attempt attempt) {
        if (attempt.deadline() != null && attempt.deadline().plus(GRACE).compareTo(turn.now()) < 0) {
            finish(attempt.id(), new Outcome.Failed("it did not report by its deadline"));
        }
    }
}
