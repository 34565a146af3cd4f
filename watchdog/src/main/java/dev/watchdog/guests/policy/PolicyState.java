package dev.watchdog.guests.policy;

import java.util.HashMap;
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

    /**
     * After QEMU was really given the command: only then is its target promised, watched and, when it is not reached,
     * cancelled. Of a guest that has gone nothing is kept.
     *
     * @param millisSinceBoot when it was given
     */
    public PolicyState ordered(Command command, long millisSinceBoot) {
        GuestState known = guests.get(command.guest());
        if (known == null) {
            return this;
        }
        Map<String, GuestState> after = new HashMap<>(guests);
        after.put(command.guest(), known.ordered(command, millisSinceBoot));
        return new PolicyState(at, wallAhead, after);
    }

    /** After a guest was started or reset: what it taught does not hold for its new life. */
    public PolicyState restarted(String guest) {
        GuestState known = guests.get(guest);
        if (known == null) {
            return this;
        }
        Map<String, GuestState> after = new HashMap<>(guests);
        after.put(guest, known.restarted());
        return new PolicyState(at, wallAhead, after);
    }
}
