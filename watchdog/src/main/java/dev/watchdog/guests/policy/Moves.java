package dev.watchdog.guests.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Turns shares into proposals in two phases: what is free is granted, what is missing is asked of those who can spare it.
 * Any of them may be carried out without the others: none counts on memory that another one frees.
 */
final class Moves {
    private final List<Outlook> guests;
    private final List<Budget> budgets;
    private final double stepShare;
    private final double starvingShare;
    private final long now;

    Moves(List<Outlook> guests, List<Budget> budgets, PolicySettings settings, long now) {
        this.guests = guests;
        this.budgets = budgets;
        this.stepShare = 1 - Math.pow(1 - Limits.STEP_SHARE, settings.tickMillis() / 1_000.0);
        this.now = now;
        starvingShare = 1 - Math.pow(1 - Limits.STARVING_STEP, settings.tickMillis() / 1_000.0);
    }

    void decide() {
        List<Outlook> askers = new ArrayList<>();
        for (Outlook guest : guests) {
            Settling.settle(guest);
            if (guest.command == null && asks(guest)) {
                askers.add(guest);
            }
        }
        askers.sort(Comparator.comparing((Outlook guest) -> guest.shortness)
                .reversed()
                .thenComparing(guest -> !guest.starting)
                .thenComparingDouble(guest -> guest.headroom() / (double) guest.comfort));
        askers.forEach(this::grant);
        for (Budget budget : budgets) {
            collect(budget);
        }
    }

    private boolean asks(Outlook guest) {
        if (guest.unbounded || !guest.sample.obstacle().isEmpty() || goal(guest) <= guest.held()) {
            return false;
        }
        if (guest.starting || guest.state.debt().isDue(now)) {
            return true;
        }
        return !guest.blind
                && guest.defect.isEmpty()
                && (guest.shortness != Pressure.GREEN
                        || (guest.isCool() && (guest.slow || guest.headroom() < guest.comfort)));
    }

    private long goal(Outlook guest) {
        if (guest.state.debt().isDue(now)) {
            return Math.min(guest.state.debt().whole(), guest.ceiling);
        }
        if (guest.sample.wishes().optedOut()) {
            return guest.claim;
        }
        long wanted = guest.slow && guest.isCool() ? guest.ceiling : guest.claim + guest.comfort;
        if (!guest.sample.wishes().optedIn()) {
            return Math.min(guest.ceiling, wanted);
        }
        return guest.isCool() ? guest.share : Math.min(guest.share, guest.base + guest.comfort);
    }

    private void grant(Outlook guest) {
        boolean now = guest.shortness != Pressure.GREEN;
        long gap = goal(guest) - guest.held();
        if (gap < guest.gate(now || guest.starting)) {
            return;
        }
        boolean due = guest.state.debt().isDue(this.now);
        if (!due && (guest.unmoved || (guest.doubted && guest.growing()))) {
            guest.lacking = now ? Math.max(0, guest.claim - guest.held()) : 0;
            return;
        }
        long asked = guest.doubted ? Math.min(gap, Limits.PROBE) : gap;
        long given = asked;
        for (Budget each : guest.budgets) {
            given = Math.min(given, each.freeFor(guest));
        }
        if (given >= guest.gate(true)) {
            guest.order(Command.Kind.GROW, guest.held() + given, why(guest, now, due));
        } else {
            given = 0;
            if (now && guest.shrinking()) {
                guest.order(Command.Kind.CANCEL, guest.sample.actual(), "it needs what was to be taken");
            }
        }
        guest.lacking = now ? Math.max(0, guest.claim - guest.held() - given) : 0;
        for (Budget each : guest.budgets) {
            each.grant(guest, gap, given);
        }
    }

    private static String why(Outlook guest, boolean now, boolean due) {
        if (due) {
            return "it takes part no more: what was taken is given back";
        }
        if (guest.starting) {
            return "it is starting";
        }
        return now ? "it is short of memory" : "it bursts and has little ready";
    }

    private void collect(Budget budget) {
        budget.unmet += Math.max(0, -budget.free);
        budget.pressed |= budget.free < 0 || budget.isHot();
        if (budget.isHot()) {
            budget.unmet = Long.MAX_VALUE / 2;
        }
        if (budget.starving - budget.coming > 0) {
            collect(budget, budget.starving - budget.coming, true);
        }
        if (budget.unmet - budget.coming > 0) {
            collect(budget, budget.unmet - budget.coming, false);
        }
    }

    private void collect(Budget budget, long wanted, boolean toTheFloor) {
        List<Outlook> donors = new ArrayList<>();
        for (Outlook guest : budget.members) {
            if (guest.command == null
                    && mayGive(guest, toTheFloor)
                    && !guest.growing()
                    && room(guest, toTheFloor) > 0) {
                donors.add(guest);
            }
        }
        donors.sort(Comparator.comparingLong((Outlook guest) -> room(guest, toTheFloor))
                .reversed());
        long left = wanted;
        for (Outlook guest : donors) {
            left -= take(guest, budget, left, room(guest, toTheFloor));
            if (left <= 0) {
                break;
            }
        }
    }

    private static boolean mayGive(Outlook guest, boolean toTheFloor) {
        return guest.untouchable.isEmpty() || (toTheFloor && guest.untouchable.equals(PolicyState.NEWLY_SEEN));
    }

    /** Returns what is taken. */
    private long take(Outlook guest, Budget budget, long wanted, long room) {
        if (room < guest.gate(budget.pressed)) {
            return 0;
        }
        long spare = guest.headroom();
        long step = Math.max(Limits.LEAST_STEP, (long) (spare * (budget.starving>0 ? starvingShare : stepShare)));
        long target = guest.sample.actual() - Math.min(room, step);
        long further = Math.min(guest.sample.actual(), guest.state.course().target()) - target;
        if (further < Math.min(guest.gate(true), room)) {
            return 0;
        }
        long taken = Math.min(further, Math.max(wanted, guest.gate(true)));
        guest.order(
                Command.Kind.SHRINK,
                Math.min(guest.sample.actual(), guest.state.course().target()) - taken,
                why(budget));
        guest.budgets.forEach(each -> each.coming += taken);
        return taken;
    }

    private static String why(Budget budget) {
        String where = budget.name.isEmpty() ? "the host" : budget.name;
        if (budget.isHot()) {
            return where + " is pressed";
        }
        return budget.cause.isEmpty() ? where + " has less than its guests hold" : "others need what it can spare: " + budget.cause;
    }

    private static long room(Outlook guest, boolean toTheFloor) {
        long bound = toTheFloor || guest.isHot() ? guest.floor : Math.max(guest.floor, guest.share);
        return guest.sample.actual() - bound;
    }
}
