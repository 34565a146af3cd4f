package dev.watchdog.guests.policy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One guest during one decision: what was seen and concluded of it, and what is ordered. Confined to the decision. */
final class Outlook {
    final GuestSample sample;
    final GuestState state;
    final String defect;
    final boolean stale;

    /** Its numbers are too old, or it never told any: of its need nothing is known. */
    final boolean blind;

    /** It is blind, or something has spoken against moving its memory for long: it stays as it is. */
    final boolean fixed;

    /** It was started or reset, and its boot is not over. */
    final boolean starting;

    /** It reports so seldom that whatever it needs in between must be there before. */
    final boolean slow;

    /** By its headroom and its swapping: what its numbers show. */
    final Pressure shortness;

    /** It has enough, and will not have when others could have given. */
    final boolean climbing;

    /**
     * Its shortness; and yellow at least where it climbs or shows signs of trouble that memory to spare does not cure:
     * sudden major faults, swapping with memory free.
     */
    final Pressure pressure;

    /** Known only while it is not blind. */
    final long need;

    /** Headroom that it should have at least. */
    final long least;

    /** Headroom below which it asks for more. */
    final long comfort;

    final boolean stuck;

    /** Asked to be left alone, or its balloon did not grow lately: nothing is promised to it or taken from others for it. */
    final boolean unmoved;

    /** Its balloon has not grown since: it gets little at first, and nobody pays for it. */
    final boolean doubted;

    final boolean hurt;

    /** It swapped though it said that it had room at the step's target: its numbers cannot be believed there. */
    final boolean misled;

    /** The bounds it lives in, the closest first, the host last. */
    final List<Budget> budgets = new ArrayList<>(2);

    private final Reserve reserve;
    private final long now;
    private final long age;
    private boolean cool = true;
    private boolean hot;

    /** The most it may have. */
    long ceiling;

    /** The limit that makes it so; empty: its owner, or its size. */
    String limit = "";

    /** What bounds it is not known: it is given nothing. */
    boolean unbounded;

    /** How far it may grow at what others can spare. */
    long cap = Long.MAX_VALUE;

    long floor;

    /** What it cannot do without in the sharing out: its need as it will be when the next look comes. */
    long claim;

    /** What of that, or for its boot, the sharing out has to respect. */
    long base;

    String untouchable = "";

    /** What the sharing out gives it. */
    long share = Long.MAX_VALUE;

    long lacking;

    @Nullable Command command;

    Outlook(GuestSample sample, Sighting seen, PolicySettings settings, long now) {
        this.sample = sample;
        this.state = seen.state();
        this.now = now;
        this.defect = sample.defect();
        this.stale = seen.stale();
        Seen last = state.seen();
        this.blind = last.samples() == 0 || seen.age() > seen.fresh().grow();
        this.starting = state.boot().isGoing(now)
                && sample.wishes().optedIn()
                && sample.obstacle().isEmpty();
        this.fixed = !starting && (blind || last.clearAt() < 0 || now - last.clearAt() > Limits.BLIND_AFTER);
        this.slow = seen.fresh().isSlow(sample);
        this.ceiling = sample.ceiling();
        this.age = seen.age();
        this.reserve = new Reserve(sample, state.need(), age, settings.tickMillis());
        this.need = blind ? 0 : state.need().whole();
        this.least = reserve.least();
        this.comfort = reserve.comfort(need);
        this.shortness = blind ? Pressure.GREEN : reserve.pressure(need, seen.swapRate());
        this.climbing = !blind && reserve.isClimbing(need);
        boolean troubled = climbing || (!blind && (state.counters().sudden() || seen.swapRate() > Limits.SWAP_RATE));
        this.pressure = troubled && shortness == Pressure.GREEN ? Pressure.YELLOW : shortness;
        Step step = state.course().step();
        this.stuck = step != null && step.stuck(now, settings.tickMillis());
        this.unmoved = sample.wishes().optedOut() || now < state.cooling().noGrowUntil();
        this.doubted = state.cooling().noGrowUntil() > 0;
        this.hurt = step != null
                && step.shrinks()
                && !blind
                && step.isJudgedBy(seen.reported())
                && (reserve.hurt(need, state.counters().out() - step.out())
                        || (headroom() < comfort && step.tookMore(sample.actual(), need)));
        this.misled = hurt
                && step != null
                && seen.swapRate() > 0
                && seen.fine()
                && reserve.fits(state.need().bytes(), Math.min(seen.had(), Math.max(step.target(), sample.actual())));
    }

    /** It lives within this: it cannot have more. */
    void bound(Budget budget) {
        if (budget.bytes < ceiling) {
            ceiling = Math.max(0, budget.bytes);
            limit = budget.name;
        }
    }

    /** Once its bounds are known. */
    void weigh() {
        unbounded |= !sample.setup().limits().known();
        floor = blind
                ? Math.max(0, sample.actual())
                : reserve.floor(need, ceiling, state.cooling().learned(now));
        claim = blind ? held() : reserve.base(need, ceiling);
        long wanted = Math.max(claim, Math.min(ceiling, blind ? 0 : reserve.hidden(need)));
        wanted = starting ? Math.max(wanted, bootSize()) : wanted;
        base = fixed || !sample.wishes().optedIn() ? held() : Math.min(wanted, Math.max(cap, held()));
        untouchable = untouchable();
        for (Budget each : budgets) {
            cool &= each.heat == HostSample.Heat.COOL;
            hot |= each.isHot();
        }
    }

    private String untouchable() {
        if (sample.wishes().optedOut()) {
            return "it has opted out";
        }
        if (!sample.wishes().optedIn()) {
            return "it has not opted in";
        }
        if (!defect.isEmpty()) {
            return defect;
        }
        if (stale) {
            return "its numbers are stale";
        }
        if (state.seen().samples() < Limits.FEWEST_SAMPLES) {
            return "too little is known of it";
        }
        if (pressure != Pressure.GREEN || reserve.hadNothingLeft()) {
            return "it needs what it has";
        }
        if (starting) {
            return "it is starting";
        }
        if (now < state.cooling().noShrinkUntil()) {
            return state.cooling().why();
        }
        if (stuck || hurt) {
            return "its last step went wrong";
        }
        return state.course().passed(sample.actual()) ? "it has less than it was ordered to have" : "";
    }

    /** What it has to have while it boots, as far as that is known. */
    long bootSize() {
        long booted = state.boot().booted();
        return booted > 0 ? Math.min(booted, ceiling) : ceiling;
    }

    /** The most that the sharing out may give it: who never opted in has what it has. */
    long most() {
        return fixed || !sample.wishes().optedIn() ? base : Math.max(base, Math.min(share, Math.min(cap, ceiling)));
    }

    /**
     * What it holds of the budget: what it was promised, or what its balloon has not yet given. Of a guest that never told
     * anything what is there of it.
     */
    long held() {
        if (sample.setup().hugePages()) {
            return 0;
        }
        boolean told = state.seen().samples() > 1 || state.course().ours() || starting || !blind;
        return told
                ? Math.max(Math.max(0, sample.actual()), state.course().target())
                : state.seen().residentRam();
    }

    /** It is not taken below this, unless somebody else is nearly out of memory. */
    long ease() {
        return floor + reserve.keptCache();
    }

    long headroom() {
        return sample.actual() - need;
    }

    /** Whether one of its bounds is pressed hard. */
    boolean isHot() {
        return hot;
    }

    /** Whether none is pressed at all. */
    boolean isCool() {
        return cool;
    }

    /** Its size has not moved for as long as makes a balloon stuck: whoever resized it is done. */
    boolean isSteady() {
        return state.trail().moved(now - Limits.STUCK_AFTER) <= Limits.DRIFT;
    }

    boolean shrinking() {
        Step step = state.course().step();
        return step != null && step.moving() && step.shrinks();
    }

    /** What its balloon is about to free. */
    long giving() {
        return shrinking() && !stuck && defect.isEmpty()
                ? sample.actual() - state.course().target()
                : 0;
    }

    /**
     * It gives, or its shrink is still watched: what it has just given is left to whom it was taken for, and not asked back
     * for comfort. Two who each had a little less than that handed the same 300 MiB to and fro 73 times an hour.
     */
    boolean hasJustGiven() {
        Step step = state.course().step();
        return step != null && step.shrinks();
    }

    boolean growing() {
        Step step = state.course().step();
        return step != null && step.moving() && !step.shrinks();
    }

    /** A move of less is not worth a command. */
    long gate(boolean pressed) {
        return pressed
                ? Math.min(Limits.PRESSED_GATE, (long) (sample.maximum() * 2 * Limits.PRESSED_GATE_SHARE))
                : Math.min(
                        Math.max(Limits.CALM_GATE, (long) (sample.actual() * Limits.CALM_GATE_SHARE)),
                        sample.maximum() / 8);
    }

    void order(Command.Kind kind, long target, String why) {
        command = new Command(sample.id(), kind, target, sample.actual(), why);
    }

    /** What to remember: what is proposed is not part of it. */
    GuestState after() {
        Step step = state.course().step();
        Cooling cooling = state.cooling();
        if (pressure == Pressure.RED) {
            cooling = cooling.until(now + Limits.RED_PAUSE, PolicyState.STARVED);
        }
        if (step != null && !step.moving()) {
            cooling = cooling.moving();
        }
        if (step != null && !step.blamed() && (stuck || misled)) {
            cooling = stuck ? cooling.stuck(now, step.shrinks()) : cooling.hurt(now, step.from());
            step = step.learnedFrom();
        }
        boolean content = !blind && !stale && shortness == Pressure.GREEN;
        return state.next(
                state.course().with(step != null && step.over(now, Math.min(age, Limits.MOST_GROW_AGE)) ? null : step),
                cooling,
                state.boot().followed(shortness == Pressure.RED, sample.actual(), now),
                content ? sample.actual() + oneBurst() : state.proven());
    }

    /** How far it may go before it has to have had enough again: of a guest that weighs little, little. */
    private long oneBurst() {
        double burst =
                Math.min(Limits.MOST_BURST, Math.max(state.need().burst(), sample.maximum() * Limits.LEASH_SHARE));
        return (long) (burst * Math.min(1, sample.wishes().weight()));
    }

    GuestFinding finding() {
        Command ordered = command;
        return new GuestFinding(
                sample.id(),
                pressure,
                blind ? GuestSample.MISSING : need,
                blind ? 0 : state.trend().perMinute(need, now),
                sample.actual(),
                floor,
                ceiling,
                share,
                lacking,
                stale,
                stuck || now < state.cooling().stuckUntil(),
                untouchable,
                defect,
                ordered == null ? "" : ordered.why(),
                GuestFinding.Bounds.of(shortness, limit, slow ? sample.setup().statsPeriod() : 0),
                GuestSetup.Kept.of(state.boot().booted(), state.debt().whole()));
    }
}
