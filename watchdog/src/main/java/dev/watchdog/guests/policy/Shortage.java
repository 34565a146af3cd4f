package dev.watchdog.guests.policy;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Collectors;

/** Says who needs what when memory is simply not there, and what would free it. */
final class Shortage {
    private static final int NAMED = 5;

    private Shortage() {}

    static HostFinding of(Outlook[] guests, long budget, long missing) {
        long granted = 0;
        long needed = 0;
        for (Outlook guest : guests) {
            granted += guest.held();
            needed += guest.need;
        }
        return new HostFinding(budget, granted, needed, missing, missing > 0 ? why(guests, missing) : "");
    }

    private static String why(Outlook[] guests, long missing) {
        String wanting = Arrays.stream(guests)
                .filter(guest -> guest.lacking > 0)
                .sorted(Comparator.comparingLong((Outlook guest) -> guest.lacking)
                        .reversed())
                .limit(NAMED)
                .map(guest -> guest.sample.label() + " needs " + Amount.of(guest.lacking) + " more")
                .collect(Collectors.joining(", "));
        String ways = Arrays.stream(guests)
                .filter(guest -> guest.need >= missing)
                .min(Comparator.comparingLong(guest -> guest.need))
                .map(guest -> "moving or stopping " + guest.sample.label() + " would free "
                        + Amount.of(guest.sample.actual()))
                .orElse("moving or stopping several guests would free it");
        return Amount.of(missing) + " are missing: " + (wanting.isEmpty() ? "" : wanting + "; ") + ways;
    }
}
