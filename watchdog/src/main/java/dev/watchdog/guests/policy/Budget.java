package dev.watchdog.guests.policy;

import java.util.List;

/**
 * What the guests within one bound may have together, and what a decision has made of it so far: the host's, and one for
 * each {@link SharedLimit}. Bytes. Confined to one decision.
 */
final class Budget {
    /** Of the limit; empty: the host's. */
    final String name;

    final long bytes;
    final HostSample.Heat heat;
    final List<Outlook> members;

    /** What nobody holds. */
    long free;

    /** What those who asked did not get. */
    long unmet;

    /** What those in need lack of the least they should have: for it others go down to their floors. */
    long starving;

    /** What balloons are about to free, and what was ordered to be. */
    long coming;

    /** Somebody is short, or the bound itself is: small moves are worth it. */
    boolean pressed;

    /** For whom memory is taken, in a few words; empty: for nobody in particular. */
    String cause = "";

    Budget(String name, long bytes, HostSample.Heat heat, List<Outlook> members) {
        this.name = name;
        this.bytes = bytes;
        this.heat = heat;
        this.members = members;
        members.forEach(each -> each.budgets.add(this));
    }

    /** Sets aside what is held already. */
    void open() {
        free = bytes;
        for (Outlook guest : members) {
            free -= guest.held();
            coming += guest.giving();
        }
    }

    /** A part that only those get who are nearly out of memory: it bridges the second until a donor has given. */
    long kept() {
        return Math.max(0, (long) (bytes * Limits.EMERGENCY_SHARE));
    }

    boolean isHot() {
        return heat == HostSample.Heat.HOT;
    }
}
