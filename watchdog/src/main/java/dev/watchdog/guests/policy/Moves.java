package dev.watchdog.guests.policy;

import java.util.ArrayList;
import java.util.List;

/**
 * Turns shares into proposals in two phases: what is free is granted, what is missing is asked of those who can spare it.
 * Any of them may be carried out without the others: none counts on memory that another one frees.
 */
final class Moves {
    private Moves() {}

    static void decide(List<Outlook> guests, List<Budget> budgets, PolicySettings settings, long now) {
        List<Request> requests = new ArrayList<>();
        for (Outlook guest : guests) {
            settle(guest);
            Request request = guest.command == null ? Request.of(guest, now) : null;
            if (request != null) {
                requests.add(request);
            }
        }
        requests.sort(Request.ORDER);
        requests.forEach(Moves::grant);
        guests.forEach(Moves::start);
        Collection collection = new Collection(settings);
        budgets.forEach(collection::collect);
    }

    /** What went wrong comes first: a target that is not reached, or that is not safe any more. */
    private static void settle(Outlook guest) {
        if (!guest.sample.obstacle().isEmpty()) {
            return;
        }
        long actual = guest.sample.actual();
        long target = guest.state.course().target();
        if (guest.stuck) {
            guest.order(Command.Kind.CANCEL, actual, "its balloon did not get to its target");
        } else if (isOld(guest) && !guest.starting && guest.isSteady()) {
            guest.order(Command.Kind.CANCEL, actual, "it is above an old target that it may still chase");
        } else if (guest.shrinking() && !guest.blind && target < guest.floor - Limits.DRIFT) {
            guest.order(Command.Kind.CANCEL, Math.min(actual, guest.floor), "its need has risen above the target");
        }
    }

    private static boolean isOld(Outlook guest) {
        long above = guest.sample.actual() - guest.state.course().target();
        return guest.state.course().step() == null && above > Limits.CLOSE;
    }

    /** Whoever starts and gets no more: the target of its last life is not to be what its new driver begins with. */
    private static void start(Outlook guest) {
        boolean fits = guest.sample.actual() <= guest.bootSize();
        if (guest.starting && guest.command == null && isOld(guest) && (fits || guest.isSteady())) {
            guest.order(Command.Kind.CANCEL, guest.sample.actual(), "it starts with an old target");
        }
    }

    private static void grant(Request request) {
        Outlook guest = request.guest();
        if (!request.isWorthIt()) {
            return;
        }
        boolean urgent = request.isUrgent();
        if (request.isVain()) {
            guest.lacking = urgent ? Math.max(0, guest.claim - guest.held()) : 0;
            return;
        }
        long given = guest.doubted && request.isPaidFor() ? Math.min(request.gap(), Limits.PROBE) : request.gap();
        for (Budget each : guest.budgets) {
            given = Math.min(given, each.freeFor(request));
        }
        boolean hurt = request.reason() == Request.Reason.HURT;
        if (given >= (hurt ? 1 : guest.gate(true))) {
            guest.order(
                    hurt ? Command.Kind.ROLL_BACK : Command.Kind.GROW, guest.held() + given, request.reason().words);
        } else {
            given = 0;
            if ((urgent || hurt) && guest.shrinking()) {
                guest.order(Command.Kind.CANCEL, guest.sample.actual(), "it needs what was to be taken");
            }
        }
        guest.lacking = urgent ? Math.max(0, guest.claim - guest.held() - given) : 0;
        for (Budget each : guest.budgets) {
            each.grant(request, given);
        }
    }
}
