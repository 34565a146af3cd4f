package dev.watchdog.guests.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Turns shares into proposals in two phases: what is free is granted, what is missing is asked of those who can spare it.
 * Any of them may be carried out without the others: none counts on memory that another one frees.
 */
final class Moves {
    private final Outlook[] guests;
    private final HostSample.Heat heat;
    private final long budget;
    private final double stepShare;
    private long free;
    private long unmet;

    /** What those in need lack of the least they should have: for it others go down to their floors. */
    private long starving;

    private boolean pressed;

    Moves(Outlook[] guests, long budget, HostSample.Heat heat, PolicySettings settings) {
        this.guests = guests;
        this.budget = budget;
        this.heat = heat;
        this.free = budget;
        this.stepShare = 1 - Math.pow(1 - Limits.STEP_SHARE, settings.tickMillis() / 1_000.0);
    }

    void decide() {
        long coming = 0;
        for (Outlook guest : guests) {
            free -= guest.held();
            coming += guest.giving();
        }
        List<Outlook> askers = new ArrayList<>();
        for (Outlook guest : guests) {
            settle(guest);
            if (guest.command == null && asks(guest)) {
                askers.add(guest);
            }
        }
        askers.sort(Comparator.comparing((Outlook guest) -> guest.shortness)
                .reversed()
                .thenComparingDouble(guest -> guest.headroom() / (double) guest.comfort));
        askers.forEach(this::grant);
        unmet += Math.max(0, -free);
        pressed |= free < 0 || heat == HostSample.Heat.HOT;
        if (heat == HostSample.Heat.HOT) {
            unmet = Long.MAX_VALUE / 2;
        }
        long taken = 0;
        if (starving - coming > 0) {
            taken = collect(starving - coming, true);
        }
        if (unmet - coming - taken > 0) {
            collect(unmet - coming - taken, false);
        }
    }

    /** What went wrong comes first. */
    private void settle(Outlook guest) {
        if (!guest.sample.obstacle().isEmpty()) {
            return;
        }
        Step step = guest.state.course().step();
        if (guest.stuck) {
            guest.order(Command.Kind.CANCEL, guest.sample.actual(), "its balloon did not get to its target");
        } else if (step == null
                && guest.steady
                && guest.sample.actual() - guest.state.course().target() > Limits.CLOSE) {
            guest.order(
                    Command.Kind.CANCEL, guest.sample.actual(), "it is above an old target that it may still chase");
        } else if (guest.shrinking() && !guest.blind && guest.state.course().target() < guest.floor - Limits.DRIFT) {
            long safe = Math.min(guest.sample.actual(), guest.floor);
            guest.order(Command.Kind.CANCEL, safe, "its need has risen above the target");
        } else if (guest.hurt && step != null) {
            long back = Math.min(guest.sample.ceiling(), step.from());
            long given = Math.min(Math.max(back, guest.share), guest.held() + Math.max(0, free));
            if (given > guest.sample.actual()) {
                free -= Math.max(0, given - guest.held());
                guest.order(Command.Kind.ROLL_BACK, given, "the last shrink left it too little");
            }
        }
    }

    private boolean asks(Outlook guest) {
        return !guest.blind
                && goal(guest) > guest.held()
                && (guest.shortness != Pressure.GREEN
                        || (heat == HostSample.Heat.COOL && guest.headroom() < guest.comfort));
    }

    /** A pressed host relieves those who are short, and no more: what it took from the others would go round for ever. */
    private long goal(Outlook guest) {
        return heat == HostSample.Heat.COOL ? guest.share : Math.min(guest.share, guest.base + guest.comfort);
    }

    private void grant(Outlook guest) {
        boolean now = guest.shortness != Pressure.GREEN;
        long gap = goal(guest) - guest.held();
        long gate = gate(guest, now);
        if (gap < gate) {
            return;
        }
        if (guest.unmoved || (guest.doubted && guest.growing())) {
            guest.lacking = now ? Math.max(0, guest.base - guest.held()) : 0;
            return;
        }
        long keep = guest.shortness == Pressure.RED ? 0 : (long) (budget * Limits.EMERGENCY_SHARE);
        long given = Math.min(guest.doubted ? Math.min(gap, Limits.PROBE) : gap, free - keep);
        if (given >= gate(guest, true)) {
            free -= given;
            String why = now ? "it is short of memory" : "it bursts and has little ready";
            guest.order(Command.Kind.GROW, guest.held() + given, why);
        } else {
            given = 0;
            if (now && guest.shrinking()) {
                guest.order(Command.Kind.CANCEL, guest.sample.actual(), "it needs what was to be taken");
            }
        }
        guest.lacking = now ? Math.max(0, guest.base - guest.held() - given) : 0;
        if (guest.doubted) {
            return;
        }
        unmet += gap - given;
        starving += now ? Math.max(0, guest.base + guest.least - guest.held() - given) : 0;
        pressed |= now && given < gap;
    }

    /** Returns what is taken. */
    private long collect(long wanted, boolean toTheFloor) {
        List<Outlook> donors = new ArrayList<>();
        for (Outlook guest : guests) {
            if (guest.command == null
                    && guest.untouchable.isEmpty()
                    && !guest.growing()
                    && room(guest, toTheFloor) > 0) {
                donors.add(guest);
            }
        }
        donors.sort(Comparator.comparingLong((Outlook guest) -> room(guest, toTheFloor))
                .reversed());
        long left = wanted;
        for (Outlook guest : donors) {
            left -= take(guest, left, room(guest, toTheFloor));
            if (left <= 0) {
                break;
            }
        }
        return wanted - left;
    }

    private long take(Outlook guest, long wanted, long room) {
        if (room < gate(guest, pressed)) {
            return 0;
        }
        long spare = guest.headroom();
        long step = Math.max(Limits.LEAST_STEP, (long) (spare * stepShare));
        long target = guest.sample.actual() - Math.min(room, step);
        long further = Math.min(guest.sample.actual(), guest.state.course().target()) - target;
        if (further < Math.min(gate(guest, true), room)) {
            return 0;
        }
        long taken = Math.min(further, Math.max(wanted, gate(guest, true)));
        String why = heat == HostSample.Heat.HOT ? "the host is pressed" : "others need what it can spare";
        guest.order(
                Command.Kind.SHRINK,
                Math.min(guest.sample.actual(), guest.state.course().target()) - taken,
                why);
        return taken;
    }

    private long room(Outlook guest, boolean toTheFloor) {
        long bound = toTheFloor || heat == HostSample.Heat.HOT ? guest.floor : Math.max(guest.floor, guest.share);
        return guest.sample.actual() - bound;
    }

    private static long gate(Outlook guest, boolean pressed) {
        long actual = guest.sample.actual();
        return pressed
                ? Math.min(Limits.PRESSED_GATE, (long) (guest.sample.maximum() * 2 * Limits.PRESSED_GATE_SHARE))
                : Math.min(
                        Math.max(Limits.CALM_GATE, (long) (actual * Limits.CALM_GATE_SHARE)),
                        guest.sample.maximum() / 8);
    }
}
