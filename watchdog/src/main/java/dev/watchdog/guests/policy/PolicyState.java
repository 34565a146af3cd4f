package dev.watchdog.guests.policy;

import java.util.HashMap;
import java.util.Map;

/**
 * What the policy remembers, by guest. Immutable: nobody keeps the map that is handed over.
 *
 * @param at milliseconds since boot of the last tick
 * @param wallAhead wall clock less time since boot, milliseconds: a change is a clock that was set
 * @param clockSetAt milliseconds since boot when that was last seen
 */
public record PolicyState(long at, long wallAhead, long clockSetAt, Map<String, GuestState> guests) {
    /** Why a guest is not shrunk. */
    static final String RESIZED = "somebody else has resized it";

    /** At the agent's start: it gives only to those who are nearly out of memory. */
    static final String NEWLY_SEEN = "it has just been seen for the first time";

    /** It may be again: it gives only of what is more than it likes to have ready, to those who are nearly out. */
    static final String STARVED = "it was starving a moment ago";

    private static final String ASKED_FOR = "somebody has asked for its size";

    /** At the agent's start: unfinished targets were made actual before. */
    public static final PolicyState EMPTY = new PolicyState(-1, 0, -Limits.CLOCK_DOUBT, Map.of());

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
        return with(guest, known.chosenByHand(cooling));
    }

    /** True if this is why a guest is left alone, and no more: somebody chose its size. */
    public static boolean resizedByHand(String untouchable) {
        return untouchable.equals(RESIZED) || untouchable.equals(ASKED_FOR);
    }

    /** The target of a guest's balloon, which counts as held though the guest may not have it yet; 0 while unknown. */
    public long promised(String guest) {
        GuestState known = guests.get(guest);
        return known == null ? 0 : known.course().target();
    }

    /** Whether nobody had looked yet. */
    boolean isNew() {
        return at < 0;
    }

    /** When the clock was last set, as of a look at {@code now} at which it is this much ahead. */
    long clockSetAt(long now, long nowAhead) {
        return !isNew() && Math.abs(nowAhead - wallAhead) > Limits.CLOCK_JUMP ? now : clockSetAt;
    }

    private PolicyState with(String guest, GuestState newer) {
        Map<String, GuestState> after = new HashMap<>(guests);
        after.put(guest, newer);
        return new PolicyState(at, wallAhead, clockSetAt, after);
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
