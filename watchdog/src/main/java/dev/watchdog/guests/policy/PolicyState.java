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
    /** Why a guest is not shrunk. */
    static final String RESIZED = "somebody else has resized it";

    private static final String ASKED_FOR = "somebody has asked for its size";

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
        return with(command.guest(), known.ordered(command, millisSinceBoot));
    }

    /**
     * After somebody asked for the size that it was ordered to have: it is not shrunk for a while, as if they had
     * resized it themselves.
     */
    public PolicyState resizedByHand(String guest, long millisSinceBoot) {
        GuestState known = guests.get(guest);
        if (known == null) {
            return this;
        }
        Cooling cooling = known.cooling().until(millisSinceBoot + Limits.HANDS_OFF, ASKED_FOR);
        return with(guest, known.with(known.course(), cooling));
    }

    /** True if this is why a guest is left alone, and no more: somebody chose its size. */
    public static boolean resizedByHand(String untouchable) {
        return untouchable.equals(RESIZED) || untouchable.equals(ASKED_FOR);
    }

    private PolicyState with(String guest, GuestState newer) {
        Map<String, GuestState> after = new HashMap<>(guests);
        after.put(guest, newer);
        return new PolicyState(at, wallAhead, after);
    }

    /** After a guest was started or reset: what it taught does not hold for its new life. */
    public PolicyState restarted(String guest) {
        GuestState known = guests.get(guest);
        if (known == null) {
            return this;
        }
        return with(guest, known.restarted());
    }
}
