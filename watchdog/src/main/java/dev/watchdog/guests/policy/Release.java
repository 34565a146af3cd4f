package dev.watchdog.guests.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Gives back what was taken, when the agent stops or a guest is released: what the host has free, to those in most need
 * first, up to what each had before anything was taken from it. Takes nothing from anybody. Pure.
 */
public final class Release {
    private Release() {}

    /**
     * What to order now. To be asked again after a look at what came of it, until it says nothing more or the caller's
     * time is up: each target is safe by itself.
     *
     * @param guests UUIDs of those to be released
     * @return at most one order for each, those in most need first
     */
    public static List<Command> of(PolicyState state, Sight sight, PolicySettings settings, Set<String> guests) {
        List<Outlook> owed = new ArrayList<>();
        for (Outlook guest : Assessment.of(state, sight, settings).guests()) {
            if (guests.contains(guest.sample.id())
                    && guest.sample.obstacle().isEmpty()
                    && !guest.unbounded
                    && goal(guest) - guest.held() > Limits.CLOSE) {
                owed.add(guest);
            }
        }
        owed.sort(Comparator.<Outlook, Pressure>comparing(guest -> guest.shortness)
                .reversed()
                .thenComparingDouble(guest -> guest.headroom() / (double) guest.comfort));
        List<Command> commands = new ArrayList<>();
        for (Outlook guest : owed) {
            long given = goal(guest) - guest.held();
            for (Budget each : guest.budgets) {
                given = Math.min(given, each.free());
            }
            if (given > Limits.CLOSE) {
                for (Budget each : guest.budgets) {
                    each.spend(given);
                }
                guest.order(Command.Kind.GROW, guest.held() + given, "it is released: what was taken is given back");
                commands.add(guest.command);
            }
        }
        return List.copyOf(commands);
    }

    private static long goal(Outlook guest) {
        return Math.min(guest.state.debt().whole(), guest.ceiling);
    }
}
