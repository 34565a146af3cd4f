package dev.watchdog.guests.policy;

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
        return List.of();
    }
}
