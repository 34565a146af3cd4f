package dev.watchdog.guests;

import dev.watchdog.events.Evidence;
import dev.watchdog.guests.policy.Amount;
import dev.watchdog.guests.policy.Command;
import dev.watchdog.guests.policy.GuestFinding;
import dev.watchdog.guests.policy.GuestSetup;
import dev.watchdog.guests.policy.HostFinding;
import dev.watchdog.guests.policy.PolicyState;
import dev.watchdog.guests.policy.Pressure;
import dev.watchdog.guests.policy.Wishes;
import dev.watchdog.healing.DataSize;
import dev.watchdog.healing.Finding;
import dev.watchdog.healing.Planned;
import dev.watchdog.healing.VerbKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A size that somebody asks for on purpose. The rules that protect guests and the host hold for it, too; what the policy
 * would rather have does not. Pure.
 */
final class MemoryOrder {
    static final VerbKind VERB = new VerbKind(
            "set-guest-memory",
            List.of("guest", "memory"),
            "guest",
            Kinds.GUEST,
            Kinds.ORDERED.name(),
            "give a guest so much memory now");

    /** A balloon moves whole MiB and rounds. */
    private static final long CLOSE = 4L << 20;

    private MemoryOrder() {}

    /** What would be done about this command. */
    static Planned plan(Round round, dev.watchdog.healing.Command asked) {
        long target;
        try {
            target = DataSize.parse(asked.argument("memory")).bytes();
        } catch (IllegalArgumentException e) {
            return new Planned.Refused("'memory' " + e.getMessage());
        }
        String wanted = asked.argument("guest");
        List<SeenGuest> named = round.guests().values().stream()
                .filter(each ->
                        each.id().toString().equals(wanted) || each.name().equals(wanted))
                .toList();
        if (named.size() != 1) {
            return new Planned.Refused(unfound(round, named.size()));
        }
        return plan(round, named.get(0), target, "asked for by command " + asked.id());
    }

    static String unfound(Round round, int found) {
        if (found > 1) {
            return "more than one guest has that name: give its UUID";
        }
        return round.blind().isEmpty()
                ? "no guest of that name or UUID runs"
                : "no such guest is seen, and not every hypervisor answers";
    }

    private static Planned plan(Round round, SeenGuest guest, long target, String why) {
        long actual = guest.sample().actual();
        if (actual >= 0 && Math.abs(target - actual) <= CLOSE) {
            return new Planned.Needless(guest.name() + " has " + Amount.of(actual));
        }
        String objection = objection(round, guest, target);
        if (!objection.isEmpty()) {
            return new Planned.Refused(guest.name() + " is not given " + Amount.of(target) + ": " + objection);
        }
        return new Planned.Proposed(new Finding.Faulty(
                Kinds.subject(guest.id()),
                Kinds.ORDERED.name(),
                Evidence.of(guest.name() + " is to have " + Amount.of(target)),
                MemoryPlan.propose(guest.name(), command(guest, target, why)),
                round.at(),
                round.at()));
    }

    private static Command command(SeenGuest guest, long target, String why) {
        long actual = guest.sample().actual();
        Command.Kind kind = target < actual ? Command.Kind.SHRINK : Command.Kind.GROW;
        return new Command(guest.id().toString(), kind, target, actual, why);
    }

    /** What is to be ordered by a fresh look at the guest; null when it may not be any more. */
    static @Nullable Command again(Round round, SeenGuest guest, MemoryPlan plan) {
        boolean shrinks = plan.to() < plan.from();
        boolean sameWay = shrinks == plan.to() < guest.sample().actual();
        return sameWay && objection(round, guest, plan.to()).isEmpty() ? command(guest, plan.to(), plan.why()) : null;
    }

    /** Why it may not have this; empty when it may. */
    private static String objection(Round round, SeenGuest guest, long target) {
        GuestFinding found = round.findings().get(guest.id());
        Wishes wishes = guest.sample().wishes();
        if (found == null) {
            return "nothing is known of it";
        }
        if (!found.unmanageable().isEmpty()) {
            return found.unmanageable();
        }
        if (wishes.optedOut()) {
            return "it has opted out";
        }
        if (found.stale()) {
            return "its numbers are stale";
        }
        return target < found.actual() ? tooLittle(found, wishes, target) : tooMuch(round, guest, found, target);
    }

    private static String tooLittle(GuestFinding found, Wishes wishes, long target) {
        if (!wishes.optedIn()) {
            return "it has not opted in";
        }
        if (found.pressure() != Pressure.GREEN) {
            return "it needs what it has";
        }
        if (target < found.floor()) {
            return "its floor is " + Amount.of(found.floor());
        }
        return PolicyState.resizedByHand(found.untouchable()) ? "" : found.untouchable();
    }

    private static String tooMuch(Round round, SeenGuest guest, GuestFinding found, long target) {
        GuestSetup.Limits limits = guest.sample().setup().limits();
        if (!limits.known()) {
            return "what its control groups allow is not known";
        }
        HostFinding host = round.verdict().host();
        long free = Math.max(0, host.budget() - host.granted());
        if (target > found.ceiling()) {
            String limit = found.bounds().limit();
            return "its ceiling is " + Amount.of(found.ceiling())
                    + (limit.isEmpty() ? "" : ", by the limit of " + limit);
        }
        if (target - found.actual() > free) {
            return "the host has " + Amount.of(free) + " to give";
        }
        return round.limits().stream()
                .filter(each -> limits.names().contains(each.name()))
                .filter(each -> target - found.actual() > each.limit() - each.used())
                .findFirst()
                .map(each -> each.name() + " has " + Amount.of(Math.max(0, each.limit() - each.used())) + " to give")
                .orElse("");
    }
}
