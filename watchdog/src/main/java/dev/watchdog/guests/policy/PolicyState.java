package dev.watchdog.guests.policy;

import java.util.Map;

/**
 * What the policy remembers, by guest. Immutable: nobody keeps the map that is handed over.
 *
 * @param at milliseconds since boot of the last tick
 * @param wallAhead wall clock less time since boot, milliseconds: a change is a clock that was set
 */
public record PolicyState(long at, long wallAhead, Map<String, GuestState> guests) {
    /** At the agent's start: unfinished targets were made actual before. */
    public static final PolicyState EMPTY = new PolicyState(-1, 0, Map.of());
}
