package dev.watchdog.guests.policy;

import java.util.Arrays;
import java.util.Comparator;

/**
 * Shares out the budget like water: everyone's base first, then one level for all, by weight, up to each one's ceiling.
 * n·log n, by sorting the points at which a guest is full.
 */
final class Filling {
    private Filling() {}

    /** Sets every {@link Outlook#share}; returns by how much the bases exceed the budget, 0 when they do not. */
    static long fill(Outlook[] guests, long budget) {
        long left = budget;
        double weights = 0;
        Basin[] basins = new Basin[guests.length];
        for (int i = 0; i < guests.length; i++) {
            Outlook guest = guests[i];
            guest.share = guest.base;
            left -= guest.base;
            double weight = weight(guest);
            weights += weight;
            basins[i] = new Basin(guest, weight, Math.max(0, guest.sample.ceiling() - guest.base) / weight);
        }
        if (left <= 0) {
            return -left;
        }
        Arrays.sort(basins, Comparator.comparingDouble(Basin::full));
        double water = left;
        for (int i = 0; i < basins.length; i++) {
            Basin basin = basins[i];
            double level = Math.min(basin.full, water / weights);
            long poured = (long) (level * basin.weight);
            basin.guest.share = basin.guest.base + poured;
            water -= poured;
            weights -= basin.weight;
        }
        return 0;
    }

    /** Who bursts more keeps more ready. */
    private static double weight(Outlook guest) {
        double burst = guest.state.need().likelyRise();
        return guest.sample.wishes().weight() * (0.5 + burst / Limits.GIB);
    }

    private record Basin(Outlook guest, double weight, double full) {}
}
