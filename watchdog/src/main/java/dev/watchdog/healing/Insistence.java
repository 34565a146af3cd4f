package dev.watchdog.healing;

import dev.watchdog.events.Evidence;
import dev.watchdog.events.Subject;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The verbs about one action: mend it now, let it go ahead, turn it down, take the wish for it back. Pure. */
final class Insistence {
    private final Turn turn;
    private final Docket docket;
    private final Pursuit pursuit;
    private final Admission admission;

    Insistence(Turn turn, Pursuit pursuit, Admission admission) {
        this.turn = turn;
        this.docket = turn.docket();
        this.pursuit = pursuit;
        this.admission = admission;
    }

    void heal(Command command) {
        if (admission.understands(command, List.of("fault", "subject"))) {
            Fault fault = command.arguments().containsKey("subject") ? onSubject(command) : byId(command);
            if (fault != null) {
                insist(command, fault);
            }
        }
    }

    private @Nullable Fault byId(Command command) {
        Optional<Fault> asked = turn.findFault(fault -> HealerState.named(fault.id(), command.argument("fault")));
        if (asked.isEmpty()) {
            docket.reject(command, "no open fault has that id: 'watchdog faults' lists them");
        }
        return asked.orElse(null);
    }

    private @Nullable Fault onSubject(Command command) {
        String name = command.argument("subject");
        if (command.arguments().containsKey("fault")) {
            docket.reject(command, "give the fault or its subject, not both");
            return null;
        }
        List<Fault> all = turn.open().stream()
                .filter(fault -> fault.subject().toString().equals(name))
                .toList();
        List<Fault> mendable =
                all.stream().filter(fault -> fault.proposal() != null).toList();
        if (all.isEmpty()) {
            docket.reject(command, "no fault of that subject is open: probe looks at it again");
            return null;
        } else if (mendable.size() > 1) {
            docket.reject(
                    command,
                    "name one of its faults: "
                            + String.join(", ", mendable.stream().map(Fault::id).toList()));
            return null;
        }
        return mendable.isEmpty() ? all.get(0) : mendable.get(0);
    }

    void approve(Command command) {
        Optional<Fault> asked = admission.understands(command, List.of("action")) ? wanting(command) : Optional.empty();
        asked.ifPresent(fault -> insist(command, fault));
    }

    /** A person wants it now: mode, cool-down, flapping and budget give way; a pause and a fresh look do not. */
    private void insist(Command command, Fault fault) {
        Proposal proposal = fault.proposal();
        Attempt waiting = fault.attempt();
        Pause pause = turn.core().pause();
        if (proposal == null) {
            docket.reject(
                    command, "nothing safe would mend it: " + fault.evidence().summary());
        } else if (waiting != null && (waiting.running() || waiting.approved())) {
            docket.reject(command, "action " + waiting.id() + " is already on its way");
        } else if (pause != null) {
            docket.reject(command, "paused until " + pause.until() + " (" + pause.reason() + "): resume first");
        } else if (admission.begin(command, fault.subject(), fault.kind(), would(fault, proposal))) {
            start(command, fault, proposal);
        }
    }

    private Evidence would(Fault fault, Proposal proposal) {
        return new Evidence(proposal.plan().facts())
                .with("action", proposal.action())
                .with("mode", turn.mode(fault.kind()).word());
    }

    private void start(Command command, Fault fault, Proposal proposal) {
        Origin origin = Docket.origin(command);
        Attempt attempt = fault.attempt() != null ? fault.attempt() : pursuit.want(fault, proposal, origin);
        Case wanted = turn.find(fault.key())
                .with(fault.with(attempt.approvedBy(origin, turn.now().plus(Pursuit.PATIENCE)))
                        .settled(false));
        turn.put(wanted);
        pursuit.pursue(wanted);
    }

    void reject(Command command) {
        Optional<Fault> asked = admission.understands(command, List.of("action")) ? wanting(command) : Optional.empty();
        asked.ifPresent(fault -> reject(command, fault));
    }

    private void reject(Command command, Fault fault) {
        Attempt attempt = Objects.requireNonNull(fault.attempt());
        Subject subject = fault.subject();
        if (attempt.running()) {
            docket.reject(command, "action " + attempt.id() + " is already running");
        } else if (admission.begin(command, subject, fault.kind(), Evidence.of("would reject " + attempt.id()))) {
            String why = command.reason().isBlank() ? "rejected" : "rejected: " + command.reason();
            Case without = pursuit.withdraw(turn.find(fault.key()), attempt, Gatekeeper.APPROVAL, why);
            turn.put(without.with(Objects.requireNonNull(without.fault()).settled(true)));
            docket.succeed(command, Evidence.of("rejected; nothing is done until somebody asks to heal it"));
        }
    }

    private Optional<Fault> wanting(Command command) {
        String action = command.argument("action");
        Optional<Fault> asked = turn.findFault(fault ->
                fault.attempt() != null && HealerState.named(fault.attempt().id(), action));
        if (asked.isEmpty()) {
            docket.reject(command, "no action of that id waits: 'watchdog actions' lists them");
        }
        return asked;
    }

    /** Takes back what another command asked for, while it has not begun. */
    void cancel(Command command) {
        if (!admission.understands(command, List.of("command"))) {
            return;
        }
        Ongoing asked = docket.find(command.argument("command"));
        if (asked == null) {
            docket.reject(command, "no command of that id is on its way");
            return;
        }
        String id = asked.command().id();
        Optional<Fault> served = turn.findFault(fault ->
                fault.attempt() != null && fault.attempt().origin().id().equals(id));
        Attempt attempt = served.map(Fault::attempt).orElse(null);
        if (attempt != null && attempt.running()) {
            docket.reject(command, "its action " + attempt.id() + " is already running");
        } else if (admission.begin(command, null, null, Evidence.of("would cancel " + id))) {
            String why = "cancelled by command " + command.id()
                    + (command.reason().isBlank() ? "" : ": " + command.reason());
            if (served.isPresent() && attempt != null) {
                pursuit.pursue(pursuit.giveUp(turn.find(served.get().key()), attempt, Gatekeeper.APPROVAL, why));
            } else {
                docket.fail(asked.command(), why);
            }
            docket.succeed(command, Evidence.of("cancelled " + id));
        }
    }
}
