package dev.watchdog.healing;

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
    private final Turn turn;
    private final Pursuit pursuit;
    private final Wishes wishes;
    private final Outcomes outcomes;
    private final Commands commands;

    private Healer(HealerState state, Setting setting) {
        this.turn = new Turn(state, setting);
        this.pursuit = new Pursuit(turn);
        this.wishes = new Wishes(turn, pursuit);
        this.outcomes = new Outcomes(turn, pursuit);
        this.commands = new Commands(turn, pursuit);
    }

    /** Works off the inputs in their order. */
    static Step step(HealerState state, List<Input> inputs, Setting setting) {
        Healer healer = new Healer(state, setting);
        inputs.forEach(healer::take);
        return healer.turn.end();
    }

    private void take(Input input) {
        if (input instanceof Input.Seen seen) {
            see(seen.finding());
        } else if (input instanceof Input.Finished finished) {
            outcomes.take(finished.action(), finished.outcome());
        } else if (input instanceof Input.Asked asked) {
            commands.take(asked.command());
        } else if (input instanceof Input.Judged judged) {
            Asking.Verdict verdict = judged.verdict();
            turn.docket().refuse(judged.command(), verdict.expired(), verdict.why(), judged.remembered());
        } else if (input instanceof Input.Plan plan) {
            commands.planned(plan.command(), plan.planned());
        } else if (input instanceof Input.Sight sight) {
            sight(sight.sensor(), sight.blind());
        } else if (input instanceof Input.Started) {
            started();
        } else {
            tick();
        }
    }

    private void see(Finding finding) {
        judge(finding);
        commands.see(finding);
    }

    private void judge(Finding finding) {
        Case subject = turn.find(finding.key());
        Fault fault = subject.fault();
        if (outOfDate(subject, finding)) {
            return;
        }
        if (finding instanceof Finding.Faulty faulty) {
            found(subject, faulty);
        } else if (fault != null && (fault.attempt() == null || !fault.attempt().running())) {
            if (finding instanceof Finding.Unknown) {
                turn.remember(subject.with(fault.unsighted(finding.seen())));
            } else {
                String reason = finding instanceof Finding.Gone ? "gone" : "recovered";
                pursuit.over(subject, fault, reason, finding.seen().sinceBoot());
            }
        }
    }

    private void found(Case subject, Finding.Faulty faulty) {
        FaultKind kind =
                Objects.requireNonNull(turn.setting.policy().faultKinds().get(faulty.kind()));
        if (subject.fault() != null) {
            pursuit.pursue(subject.with(subject.fault().sighted(faulty)));
        } else if (kind.nature() == Nature.WISH) {
            wishes.see(subject, kind, faulty);
        } else {
            pursuit.pursue(raise(subject, kind, faulty));
        }
    }

    /** Looks and repairs overtake each other on the way here: what was seen before the newest proof says nothing. */
    private boolean outOfDate(Case subject, Finding finding) {
        if (!finding.seen().boot().equals(turn.setting.now().boot())) {
            return true;
        }
        Fault fault = subject.fault();
        Duration newest = subject.history().healthySince();
        if (fault != null) {
            newest = fault.seen() == null ? null : fault.seen().sinceBoot();
        }
        return newest != null && finding.seen().sinceBoot().compareTo(newest) < 0;
    }

    private Case raise(Case subject, FaultKind kind, Finding.Faulty faulty) {
        Fault fault = Fault.first(turn.nextFault(), kind, faulty);
        turn.tell(
                fault.subject(),
                faulty.signalled().wall(),
                kind.severity(),
                fault.id(),
                null,
                new FaultRaised(fault.id(), fault.kind(), fault.evidence()));
        turn.pin(fault.id());
        Gates gates = turn.setting.policy().gates();
        History history = subject.history();
        boolean recurs = kind.nature() == Nature.RECURRING;
        Case raised = new Case(
                subject.key(), fault, recurs ? history.recurred(turn.now(), gates) : history.lost(turn.now(), gates));
        turn.put(raised);
        return raised;
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
                outcomes.interrupted(subject, fault, attempt);
            } else {
                turn.remember(subject.with(fault.unsighted(turn.setting.now())));
                if (attempt == null) {
                    turn.effect(new Effect.Look(subject.key()));
                } else {
                    pursuit.look(fault, attempt);
                }
            }
        }
        commands.started();
    }

    private void tick() {
        commands.tick();
        Pause pause = turn.core().pause();
        if (pause != null && !pause.until().isAfter(turn.time())) {
            turn.setPause(null);
        }
        turn.cases().forEach(this::review);
    }

    private void review(Case subject) {
        Fault fault = subject.fault();
        Attempt attempt = fault == null ? null : fault.attempt();
        if (fault == null) {
            if (subject.history().expired(turn.now(), turn.setting.policy().gates())) {
                turn.forget(subject.key());
            }
        } else if (attempt == null) {
            pursuit.pursue(subject);
        } else if (attempt.running()) {
            outcomes.overdue(attempt);
        } else if (attempt.deadline() != null && attempt.deadline().compareTo(turn.now()) <= 0) {
            String gate = Objects.requireNonNullElse(attempt.gate(), "stale-sight");
            pursuit.giveUp(subject, attempt, gate, "given up: it had to wait too long (" + attempt.why() + ")");
        } else if (due(attempt)) {
            pursuit.pursue(subject);
        }
    }

    private boolean due(Attempt attempt) {
        return attempt.gate() == null
                || attempt.gate().equals("pause")
                || (attempt.until() != null && attempt.until().compareTo(turn.now()) <= 0);
    }
}
