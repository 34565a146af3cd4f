package dev.watchdog.guests.policy;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.ToLongFunction;

/**
 * Shares out the budget like water: everyone's base first, then one level for all, by weight, up to each one's ceiling.
 * n·log n, by sorting the points at which a guest is full.
 */
final class Filling {
    /** Of the level's range: to less than a MiB of any host. */
    private static final int HALVINGS = 48;

    private Filling() {}

    /** Sets every {@link Outlook#share}, which becomes no larger than it was. */
    static void fill(Budget budget) {
        long left = budget.bytes;
        double weights = 0;
        Basin[] basins = new Basin[budget.members.size()];
        for (int i = 0; i < basins.length; i++) {
            Outlook guest = budget.members.get(i);
            left -= guest.base;
            double weight = weight(guest);
            weights += weight;
            basins[i] = new Basin(guest, weight, Math.max(0, guest.most() - guest.base) / weight);
        }
        if (left <= 0) {
            for (Basin basin : basins) {
                basin.guest.share = Math.min(basin.guest.share, basin.guest.base);
            }
            return;
        }
        if (left(budget, Filling::leastOf) >= 0 && budget.members.stream().anyMatch(each -> each.slow)) {
            level(budget);
            return;
        }
        Arrays.sort(basins, Comparator.comparingDouble(Basin::full));
        double water = left;
        for (int i = 0; i < basins.length; i++) {
            Basin basin = basins[i];
            double level = Math.min(basin.full, water / weights);
            long poured = (long) (level * basin.weight);
            basin.guest.share = Math.min(basin.guest.share, basin.guest.base + poured);
            water -= poured;
            weights -= basin.weight;
        }
    }

    /**
     * Those who report seldom are filled to one level of size instead of one above their bases: what they show says too
     * little of what they will need before they are seen again.
     */
    private static void level(Budget budget) {
        double low = 0;
        double high = budget.bytes / Wishes.LEAST_WEIGHT;
        for (int i = 0; i < HALVINGS; i++) {
            double level = (low + high) / 2;
            if (left(budget, guest -> filled(guest, level)) < 0) {
                high = level;
            } else {
                low = level;
            }
        }
        for (Outlook guest : budget.members) {
            guest.share = Math.min(guest.share, filled(guest, low));
        }
    }

    private static long left(Budget budget, ToLongFunction<Outlook> part) {
        return budget.bytes - budget.members.stream().mapToLong(part).sum();
    }

    private static long filled(Outlook guest, double level) {
        double wanted = (guest.slow ? 0 : guest.base) + level * weight(guest);
        return Math.max(leastOf(guest), Math.min(guest.most(), (long) wanted));
    }

    private static long leastOf(Outlook guest) {
        return guest.slow ? Math.max(guest.base, Math.min(guest.most(), guest.base + 2 * guest.least)) : guest.base;
    }

    /** Who bursts more keeps more ready; who is seen late is thought to burst as much as any. */
    private static double weight(Outlook guest) {
        double burst = guest.slow ? Limits.MOST_BURST : guest.state.need().likelyRise();
        return guest.sample.wishes().weight() * (0.5 + burst / Limits.GIB);
    }

    private record Basin(Outlook guest, double weight, double full) {}
}
