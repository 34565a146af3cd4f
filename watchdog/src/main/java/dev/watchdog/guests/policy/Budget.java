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

    /** What those who asked did not get. */
    long unmet;

    /** What those in need lack of the least they should have: for it others go down to their floors. */
    long starving;

    /** Somebody of those is nearly out of memory: nobody keeps more than his floor. */
    boolean dire;

    /** What balloons are about to free, and what was ordered to be. */
    long coming;

    /** Somebody is short, or the bound itself is: small moves are worth it. */
    boolean pressed;

    /** It is not known at this look who holds what of it: somebody has gone, or has grown and is counted as others' use. */
    private boolean doubted;

    private long free;
    private String cause = "";

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
            doubted |= guest.sample.obstacle().equals(Assessment.UNSEEN)
                    || guest.state.seen().isOutgrown();
        }
    }

    /**
     * What could be given to it. A part is for those only who are nearly out of memory: it bridges the second until a
     * donor has given. A larger one is not for those who only might need it.
     */
    long freeFor(Request request) {
        if (request.guest().shortness == Pressure.RED) {
            return free;
        }
        double kept = request.reason() == Request.Reason.SLOW ? Limits.SLOW_SHARE : Limits.EMERGENCY_SHARE;
        return free - Math.max(0, (long) (bytes * kept));
    }

    /** Gives this much of what is asked; where it is this budget that has no more, others in it are asked for the rest. */
    void grant(Request request, long given) {
        Outlook guest = request.guest();
        long gap = request.gap();
        if (request.isPaidFor() && given < gap && gap > freeFor(request)) {
            unmet += gap - given;
            if (request.goesToFloors()) {
                starving += Math.max(0, guest.base + guest.least - guest.held() - given);
                pressed = true;
                dire |= guest.shortness == Pressure.RED;
            }
            if (cause.isEmpty()) {
                cause = guest.sample.label() + ": " + request.reason().words;
            }
        }
        spend(given);
    }

    long free() {
        return free;
    }

    void spend(long given) {
        free -= given;
    }

    /** Once everybody has got what is free: what is held beyond the bound is missing as well. */
    void close() {
        boolean over = free < 0 && !doubted;
        unmet += over ? -free : 0;
        pressed |= over || isHot();
        if (isHot()) {
            unmet = Long.MAX_VALUE / 2;
        }
    }

    boolean isHot() {
        return heat == HostSample.Heat.HOT;
    }

    /** Why somebody in it is asked to give. */
    String why() {
        String where = name.isEmpty() ? "the host" : name;
        if (isHot()) {
            return where + " is pressed";
        }
        return cause.isEmpty() ? where + " has less than its guests hold" : "others need what it can spare: " + cause;
    }
}
