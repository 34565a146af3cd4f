package dev.watchdog.guests;

import dev.watchdog.events.Evidence;
import dev.watchdog.guests.policy.Amount;
import dev.watchdog.guests.policy.Command;
import dev.watchdog.healing.ActionKind;
import dev.watchdog.healing.Proposal;

/**
 * A new target for a guest as the journal holds it: enough for a successor to judge what an unfinished one left. Bytes.
 *
 * @param from what the guest had
 * @param to its new target
 */
record MemoryPlan(String name, long from, long to, String why) {
    private static final String FROM = "fromBytes";
    private static final String TO = "toBytes";

    static Proposal propose(String name, Command command) {
        MemoryPlan plan = new MemoryPlan(name, command.actual(), command.target(), command.why());
        return new Proposal(kind(command).name(), plan.evidence());
    }

    /** What kind of action a command is. */
    static ActionKind kind(Command command) {
        if (command.kind() == Command.Kind.CANCEL) {
            return Kinds.SETTLE;
        }
        return command.target() < command.actual() ? Kinds.SHRINK : Kinds.GROW;
    }

    static MemoryPlan from(Evidence plan) {
        return new MemoryPlan(text(plan, "name"), number(plan, FROM), number(plan, TO), text(plan, "why"));
    }

    Evidence evidence() {
        return Evidence.of(name + " from " + Amount.of(from) + " to " + Amount.of(to) + ": " + why)
                .with("name", name)
                .with(FROM, from)
                .with(TO, to)
                .with("why", why);
    }

    /** Nobody else has resized a guest that has this, as far as its size can tell. */
    boolean explains(long actual, long tolerance) {
        return actual >= Math.min(from, to) - tolerance && actual <= Math.max(from, to) + tolerance;
    }

    private static long number(Evidence plan, String name) {
        return plan.facts().get(name) instanceof Number number ? number.longValue() : 0;
    }

    private static String text(Evidence plan, String name) {
        return plan.facts().get(name) instanceof String text ? text : "";
    }
}
