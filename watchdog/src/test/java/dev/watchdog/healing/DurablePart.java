package dev.watchdog.healing;

import dev.watchdog.events.Evidence;
import java.util.HashMap;
import java.util.Map;

/** A state without what {@link Turn#remember} need not make durable. */
final class DurablePart {
    private DurablePart() {}

    private static Ongoing plain(Ongoing ongoing) {
        Ongoing.Look look = ongoing.look();
        return new Ongoing(
                ongoing.command(),
                0,
                ongoing.deadline(),
                look == null ? null : new Ongoing.Look(look.subject(), look.asked(), look.kinds(), Map.of()));
    }

    static HealerState of(HealerState state) {
        Map<FaultKey, Case> cases = new HashMap<>();
        state.cases().forEach((key, each) -> {
            Fault fault = each.fault();
            Attempt attempt = fault == null ? null : fault.attempt();
            Attempt plain = attempt == null
                    ? null
                    : new Attempt(
                            attempt.id(),
                            attempt.kind(),
                            attempt.origin(),
                            attempt.number(),
                            attempt.approved(),
                            attempt.running(),
                            attempt.plan(),
                            attempt.gate(),
                            null,
                            null,
                            null,
                            attempt.deadline());
            Fault told = fault == null
                    ? null
                    : new Fault(
                            fault.id(),
                            fault.kind(),
                            fault.subject(),
                            fault.severity(),
                            fault.raised(),
                            Evidence.of(""),
                            null,
                            null,
                            null,
                            plain,
                            fault.attempts(),
                            fault.settled(),
                            fault.nature());
            cases.put(key, new Case(key, told, each.history()));
        });
        Map<String, Ongoing> commands = new HashMap<>();
        state.commands().forEach((id, each) -> commands.put(id, plain(each)));
        return new HealerState(cases, state.budgets(), state.blind(), commands, state.modes(), state.core());
    }
}
