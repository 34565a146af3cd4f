package dev.watchdog.guests.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Takes what is missing in a budget from those who can spare it, the richest first. */
final class Collection {
    private final PolicySettings settings;

    Collection(PolicySettings settings) {
        this.settings = settings;
    }

    void collect(Budget budget) {
        budget.close();
        collect(budget, budget.starving, true);
        collect(budget, budget.unmet, false);
    }

    private void collect(Budget budget, long wanted, boolean urgent) {
        if (wanted <= budget.coming) {
            return;
        }
        List<Outlook> donors = new ArrayList<>();
        for (Outlook guest : budget.members) {
            if (guest.command == null
                    && mayGive(guest, urgent)
                    && !guest.growing()
                    && room(guest, budget, urgent) > 0) {
                donors.add(guest);
            }
        }
        donors.sort(Comparator.comparingLong((Outlook guest) -> room(guest, budget, urgent))
                .reversed());
        for (Outlook guest : donors) {
            take(guest, budget, wanted - budget.coming, urgent);
            if (wanted <= budget.coming) {
                return;
            }
        }
    }

    private static boolean mayGive(Outlook guest, boolean urgent) {
        if (!urgent || guest.untouchable.isEmpty()) {
            return guest.untouchable.isEmpty();
        }
        return guest.untouchable.equals(PolicyState.NEWLY_SEEN)
                || (guest.untouchable.equals(PolicyState.STARVED) && guest.headroom() >= guest.comfort);
    }

    private void take(Outlook guest, Budget budget, long wanted, boolean urgent) {
        long room = room(guest, budget, urgent);
        if (room < guest.gate(budget.pressed)) {
            return;
        }
        double share = 1 - Math.pow(1 - Limits.STEP_SHARE, settings.tickMillis() / 1_000.0);
        long step = Math.max(Limits.LEAST_STEP, (long) (guest.headroom() * share));
        long actual = guest.sample.actual();
        long lowest = Math.min(actual, guest.state.course().target());
        long further = lowest - (actual - Math.min(room, step));
        if (further < Math.min(guest.gate(true), room)) {
            return;
        }
        long taken = Math.min(further, Math.max(wanted, guest.gate(true)));
        guest.order(Command.Kind.SHRINK, lowest - taken, budget.why());
        guest.budgets.forEach(each -> each.coming += taken);
    }

    private static long room(Outlook guest, Budget budget, boolean urgent) {
        return guest.sample.actual() - (urgent ? lowest(guest, budget) : bound(guest));
    }

    /** Noise alone is not to make a giver ask back what it has just given to somebody who has only little. */
    private static long lowest(Outlook guest, Budget budget) {
        return budget.dire ? guest.floor : guest.floor + guest.least / Limits.NOISE_PART;
    }

    /** Who is seen late keeps what it may need before anybody sees that, unless somebody is short. */
    private static long bound(Outlook guest) {
        if (guest.isHot()) {
            return guest.ease();
        }
        long ready = guest.slow ? guest.need + guest.comfort : 0;
        return Math.max(Math.max(guest.ease(), guest.share), ready);
    }
}
