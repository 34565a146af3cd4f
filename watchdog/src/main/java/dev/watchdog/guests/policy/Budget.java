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

    /** A part is for those only who are nearly out of memory: it bridges the second until a donor has given. */
    long freeFor(Outlook guest) {
        return guest.shortness == Pressure.RED ? free : free - Math.max(0, (long) (bytes * Limits.EMERGENCY_SHARE));
    }

    /** Gives it this much of what it asks for; where it is this budget that has no more, others in it are asked for the rest. */
    void grant(Outlook guest, long asked, long given) {
        boolean now = guest.shortness != Pressure.GREEN;
        boolean eager = !now && !guest.starting && guest.headroom() >= guest.comfort;
        boolean paid = guest.sample.wishes().optedIn() && !guest.doubted && !eager;
        if (paid && given < asked && asked > freeFor(guest)) {
            unmet += asked - given;
            starving += now ? Math.max(0, guest.base + guest.least - guest.held() - given) : 0;
            pressed |= now;
            if (cause.isEmpty()) {
                cause = guest.sample.label() + (guest.starting ? " starts" : " is short of memory");
            }
        }
        free -= given;
    }

    boolean isHot() {
        return heat == HostSample.Heat.HOT;
    }
}
