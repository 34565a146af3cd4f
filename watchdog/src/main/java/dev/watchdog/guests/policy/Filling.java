package dev.watchdog.guests.policy;

import java.util.Arrays;
import java.util.Comparator;

/**
 * Shares out the budget like water: everyone's base first, then one level for all, by weight, up to each one's ceiling.
 * n·log n, by sorting the points at which a guest is full.
 */
final class Filling {
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

    /** Who bursts more keeps more ready. */
    private static double weight(Outlook guest) {
        double burst = guest.state.need().likelyRise();
        return guest.sample.wishes().weight() * (0.5 + burst / Limits.GIB);
    }

    private record Basin(Outlook guest, double weight, double full) {}
}
