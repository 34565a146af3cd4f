package dev.watchdog.guests.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How far a guest may grow at what others can spare. A guest that always needs more looks like one that needs much, until
 * it has had enough once. Beyond its part of the budget and its weighted share of what others leave of theirs it goes
 * only one burst further than the size at which it last had enough.
 */
final class Entitlement {
    private Entitlement() {}

    /** Caps everybody in this budget who takes part. */
    static void cap(Budget budget) {
        long left = budget.bytes;
        double weights = 0;
        List<Outlook> takers = new ArrayList<>(budget.members.size());
        for (Outlook guest : budget.members) {
            if (guest.sample.wishes().optedIn() && !guest.fixed) {
                takers.add(guest);
                weights += weight(guest);
            } else {
                left -= guest.held();
            }
        }
        takers.sort(Comparator.comparingDouble(guest -> guest.ceiling / weight(guest)));
        long[] parts = new long[takers.size()];
        double water = Math.max(0, left);
        double unserved = weights;
        long spare = 0;
        for (int i = 0; i < parts.length; i++) {
            Outlook guest = takers.get(i);
            parts[i] = Math.min(guest.ceiling, (long) (water * weight(guest) / unserved));
            water -= parts[i];
            unserved -= weight(guest);
            spare += Math.max(0, parts[i] - keeps(guest));
        }
        for (int i = 0; i < parts.length; i++) {
            Outlook guest = takers.get(i);
            long others = spare - Math.max(0, parts[i] - keeps(guest));
            double mine = weight(guest) / (weight(guest) + (weights - weight(guest)) * Limits.GIVERS_WEIGHT);
            long entitled = parts[i] + (long) (others * mine);
            guest.cap = Math.min(guest.cap, Math.max(entitled, guest.state.proven()));
        }
    }

    private static long keeps(Outlook guest) {
        return guest.need + guest.least;
    }

    private static double weight(Outlook guest) {
        return guest.sample.wishes().weight();
    }
}
