package dev.watchdog.guests.policy;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Says who needs what when memory is simply not there, and what would free it. */
final class Shortage {
    private static final int NAMED = 5;

    private Shortage() {}

    static HostFinding of(List<Outlook> guests, Budget budget, HostSample host) {
        long granted = 0;
        long needed = 0;
        long claimed = 0;
        long kept = 0;
        for (Outlook guest : guests) {
            granted += guest.held();
            needed += guest.need;
            claimed += guest.fixed ? 0 : guest.claim;
            kept += guest.fixed ? guest.held() : 0;
        }
        // what nobody knows a need of is no need: it only leaves less
        long missing = Math.max(0, Math.min(claimed, claimed + kept - budget.bytes));
        HostFinding.Pressed pressed = new HostFinding.Pressed(budget.heat, Budgets.foreign(host));
        String why = missing > 0 ? why(guests, missing) : "";
        return new HostFinding(budget.bytes, granted, needed, missing, why, pressed);
    }

    private static String why(List<Outlook> guests, long missing) {
        String wanting = guests.stream()
                .filter(guest -> guest.lacking > 0)
                .sorted(Comparator.comparingLong((Outlook guest) -> guest.lacking)
                        .reversed())
                .limit(NAMED)
                .map(guest -> guest.sample.label() + " needs " + Amount.of(guest.lacking) + " more")
                .collect(Collectors.joining(", "));
        String ways = guests.stream()
                .filter(guest -> frees(guest) >= missing)
                .min(Comparator.comparingLong(Shortage::frees))
                .map(guest -> "moving or stopping " + guest.sample.label() + " would free " + Amount.of(frees(guest)))
                .orElse("moving or stopping several guests would free it");
        return Amount.of(missing) + " are missing: " + (wanting.isEmpty() ? "" : wanting + "; ") + ways;
    }

    /** What is there of it in the host's memory: what it never touched frees nothing. */
    private static long frees(Outlook guest) {
        return guest.state.seen().residentRam();
    }
}
