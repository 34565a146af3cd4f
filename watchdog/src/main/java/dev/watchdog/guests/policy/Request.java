package dev.watchdog.guests.policy;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * What one guest asks for in a decision.
 *
 * @param goal bytes that it would have then
 */
record Request(Outlook guest, Reason reason, long goal) {
    /** Who is nearly out of memory first, then whom a shrink has hurt or who starts, then who has little ready. */
    static final Comparator<Request> ORDER = Comparator.<Request, Pressure>comparing(each -> each.guest.shortness)
            .reversed()
            .thenComparing(each -> each.reason)
            .thenComparingDouble(each -> each.guest.headroom() / (double) each.guest.comfort);

    /** Why it asks. */
    enum Reason {
        SHORT("it is short of memory"),
        CLIMBING("it will be short of memory"),
        STARTING("it is starting"),
        HURT("the last shrink left it too little"),
        CALM("it bursts and has little ready"),
        SLOW("it reports so seldom that it is given what nobody else wants"),
        RELEASED("it takes part no more: what was taken is given back");

        final String words;

        Reason(String words) {
            this.words = words;
        }
    }

    /** Null when it asks for nothing. */
    static @Nullable Request of(Outlook guest, long now) {
        if (guest.unbounded || !guest.sample.obstacle().isEmpty()) {
            return null;
        }
        Reason reason = reason(guest, now);
        if (reason == null) {
            return null;
        }
        long goal = goal(guest, reason);
        return goal > guest.held() ? new Request(guest, reason, goal) : null;
    }

    private static @Nullable Reason reason(Outlook guest, long now) {
        if (guest.starting) {
            return Reason.STARTING;
        }
        if (guest.state.debt().isDue(now)) {
            return Reason.RELEASED;
        }
        if (guest.blind || !guest.defect.isEmpty()) {
            return null;
        }
        if (guest.hurt) {
            return Reason.HURT;
        }
        if (guest.shortness != Pressure.GREEN) {
            return Reason.SHORT;
        }
        if (guest.climbing) {
            return Reason.CLIMBING;
        }
        if (!guest.isCool()) {
            return null;
        }
        if (guest.headroom() < guest.comfort) {
            return guest.hasJustGiven() ? null : Reason.CALM;
        }
        return guest.slow ? Reason.SLOW : null;
    }

    private static long goal(Outlook guest, Reason reason) {
        Step step = guest.state.course().step();
        return switch (reason) {
            case RELEASED -> Math.min(guest.state.debt().whole(), guest.ceiling);
            case SLOW -> guest.ceiling;
            case HURT -> Math.max(step == null ? 0 : Math.min(guest.ceiling, step.from()), guest.share);
            case STARTING -> Math.min(guest.share, guest.base);
            case SHORT, CLIMBING, CALM -> usual(guest);
        };
    }

    /** A pressed host relieves those who are short, and no more: what it took from the others would go round for ever. */
    private static long usual(Outlook guest) {
        if (guest.sample.wishes().optedOut()) {
            return guest.claim;
        }
        if (!guest.sample.wishes().optedIn()) {
            return Math.min(guest.ceiling, guest.claim + guest.comfort);
        }
        return guest.isCool() ? guest.share : Math.min(guest.share, guest.base + guest.comfort);
    }

    long gap() {
        return goal - guest.held();
    }

    boolean isUrgent() {
        return guest.shortness != Pressure.GREEN || guest.climbing;
    }

    /** Whether others go down to their floors for it. Where a climb would lead is a guess while reports come late. */
    boolean goesToFloors() {
        return guest.shortness != Pressure.GREEN || (guest.climbing && !guest.slow);
    }

    /** Whether it is worth a command. */
    boolean isWorthIt() {
        boolean small = isUrgent() || reason == Reason.STARTING || reason == Reason.RELEASED;
        return reason == Reason.HURT || gap() >= guest.gate(small);
    }

    /** Whether nothing is promised to it: it is left alone, or its balloon did not grow. */
    boolean isVain() {
        return switch (reason) {
            case RELEASED, HURT -> false;
            case SHORT, CLIMBING, STARTING, CALM, SLOW -> guest.unmoved || (guest.doubted && guest.growing());
        };
    }

    /** Whether others are asked for what is not free: who never opted in, or may not get there, gets only what is. */
    boolean isPaidFor() {
        return switch (reason) {
            case SLOW, RELEASED -> false;
            case SHORT, CLIMBING, STARTING, HURT, CALM -> guest.sample.wishes().optedIn() && !guest.doubted;
        };
    }
}
