package dev.watchdog.healing;

import dev.watchdog.events.CommandEvent;
import dev.watchdog.events.Evidence;
import dev.watchdog.events.Severity;
import dev.watchdog.events.Subject;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What people and other systems may ask of the healer. Every command gets exactly one final answer. Pure. */
final class Commands {
    static final Duration LONGEST_PAUSE = Duration.ofDays(7);

    private final Turn turn;
    private final Pursuit pursuit;

    Commands(Turn turn, Pursuit pursuit) {
        this.turn = turn;
        this.pursuit = pursuit;
    }

    void take(Command command) {
        switch (command.verb()) {
            case "pause" -> pause(command);
            case "resume" -> resume(command);
            case "heal" -> heal(command);
            case "approve" -> approve(command);
            case "reject" -> reject(command);
            default -> refuse(command, "no such verb: heal, approve, reject, pause and resume are known");
        }
    }

    private void pause(Command command) {
        Duration length = duration(command.argument("for"));
        if (length == null || length.isZero() || length.isNegative() || length.compareTo(LONGEST_PAUSE) > 0) {
            refuse(command, "'for' must be a duration of up to 7 days, such as PT30M");
            return;
        }
        if (command.reason().isBlank()) {
            refuse(command, "a pause needs a reason, for those who find it");
            return;
        }
        accept(command);
        Pause pause = new Pause(turn.wall(), turn.wall().plus(length), command.reason());
        turn.setPause(pause);
        turn.answer(origin(command), true, Evidence.of("paused until " + pause.until()));
    }

    private void resume(Command command) {
        accept(command);
        boolean was = turn.core().pause() != null;
        turn.setPause(null);
        turn.answer(origin(command), true, Evidence.of(was ? "resumed" : "nothing was paused"));
        turn.cases().stream().filter(this::heldByPause).forEach(pursuit::pursue);
    }

    private boolean heldByPause(Case subject) {
        Fault fault = subject.fault();
        return fault != null
                && fault.attempt() != null
                && "pause".equals(fault.attempt().gate());
    }

    private void heal(Command command) {
        Optional<Fault> asked = find(fault -> HealerState.named(fault.id(), command.argument("fault")));
        if (asked.isEmpty()) {
            refuse(command, "no open fault has that id: 'watchdog faults' lists them");
            return;
        }
        Fault fault = asked.get();
        Proposal proposal = fault.proposal();
        if (proposal == null) {
            refuse(command, "nothing safe would mend it: " + fault.evidence().summary());
        } else if (command.argument("dry-run").equals("true")) {
            accept(command);
            turn.answer(
                    origin(command),
                    true,
                    new Evidence(proposal.plan().facts())
                            .with("action", proposal.action())
                            .with(
                                    "mode",
                                    turn.setting.policy().mode(fault.kind()).word()));
        } else {
            insist(command, fault, proposal);
        }
    }

    private void approve(Command command) {
        String id = command.argument("action");
        Optional<Fault> asked = wanting(id);
        if (asked.isEmpty()) {
            refuse(command, "no action of that id waits: 'watchdog actions' lists them");
            return;
        }
        Proposal proposal = asked.get().proposal();
        if (proposal == null) {
            refuse(
                    command,
                    "nothing safe would mend it now: " + asked.get().evidence().summary());
            return;
        }
        insist(command, asked.get(), proposal);
    }

    /** A person wants it now: mode, cool-down, flapping and budget give way; a pause and a fresh look do not. */
    private void insist(Command command, Fault fault, Proposal proposal) {
        Attempt waiting = fault.attempt();
        if (waiting != null && (waiting.running() || waiting.approved())) {
            refuse(command, "action " + waiting.id() + " is already on its way");
            return;
        }
        Pause pause = turn.core().pause();
        if (pause != null) {
            refuse(command, "paused until " + pause.until() + " (" + pause.reason() + "): resume first");
            return;
        }
        accept(command);
        Attempt attempt = waiting != null ? waiting : pursuit.want(fault, proposal, origin(command));
        Case wanted = turn.find(fault.key())
                .with(fault.with(attempt.approvedBy(origin(command), turn.now().plus(Pursuit.PATIENCE)))
                        .settled(false));
        turn.put(wanted);
        pursuit.pursue(wanted);
    }

    private void reject(Command command) {
        String id = command.argument("action");
        Optional<Fault> asked = wanting(id);
        if (asked.isEmpty()) {
            refuse(command, "no action of that id waits: 'watchdog actions' lists them");
            return;
        }
        Fault fault = asked.get();
        Attempt attempt = Objects.requireNonNull(fault.attempt());
        if (attempt.running()) {
            refuse(command, "action " + attempt.id() + " is already running");
            return;
        }
        accept(command);
        String why = command.reason().isBlank() ? "rejected" : "rejected: " + command.reason();
        Case without = pursuit.withdraw(turn.find(fault.key()), attempt, "approval", why);
        turn.put(without.with(Objects.requireNonNull(without.fault()).settled(true)));
        turn.answer(origin(command), true, Evidence.of("rejected; nothing is done until somebody asks to heal it"));
    }

    private Optional<Fault> wanting(String action) {
        return find(fault ->
                fault.attempt() != null && HealerState.named(fault.attempt().id(), action));
    }

    private Optional<Fault> find(Predicate<Fault> wanted) {
        return turn.cases().stream()
                .map(Case::fault)
                .filter(Objects::nonNull)
                .filter(wanted)
                .findFirst();
    }

    private static Origin origin(Command command) {
        return new Origin(command.id(), command.verb());
    }

    private void accept(Command command) {
        turn.pin(command.id());
        turn.tell(
                Subject.HOST,
                turn.wall(),
                Severity.INFO,
                command.id(),
                null,
                new CommandEvent.Accepted(
                        command.id(), command.verb(), command.origin(), command.arguments(), command.reason()));
    }

    private void refuse(Command command, String why) {
        turn.tell(
                Subject.HOST,
                turn.wall(),
                Severity.WARN,
                command.id(),
                null,
                new CommandEvent.Rejected(command.id(), command.verb(), command.origin(), why));
        turn.effect(new Effect.Reply(new Answer(command.id(), Answer.REJECTED, Evidence.of(why))));
    }

    private static @Nullable Duration duration(String text) {
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
