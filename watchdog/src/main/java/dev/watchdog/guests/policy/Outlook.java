package dev.watchdog.guests.policy;

import org.jspecify.annotations.Nullable;

/** One guest during one decision: what was seen and concluded of it, and what is ordered. Confined to the decision. */
final class Outlook {
    final GuestSample sample;
    final GuestState state;
    final String defect;
    final boolean stale;
    final boolean blind;

    /** Of its numbers, milliseconds. */
    final long age;

    /** By its headroom and its swapping. */
    final Pressure shortness;

    /** That, or sudden major faults: a sign of cache that is missed, which memory to spare does not cure. */
    final Pressure pressure;

    final long need;
    final long floor;

    /** What it cannot do without in the sharing out: its need as it will be when the next look comes. */
    final long base;

    /** Headroom that it should have at least. */
    final long least;

    /** Headroom below which it asks for more. */
    final long comfort;

    final String untouchable;
    final boolean stuck;

    /** Asked to be left alone, or its balloon did not grow lately: nothing is promised to it or taken from others for it. */
    final boolean unmoved;

    /** Its balloon has not grown since: it gets little at first, and nobody pays for it. */
    final boolean doubted;

    /** Its size has not moved for as long as makes a balloon stuck: whoever resized it is done. */
    final boolean steady;

    final boolean hurt;

    /** It swapped though it said that it had room at the step's target: its numbers cannot be believed there. */
    final boolean misled;

    /** What the sharing out gives it. */
    long share;

    long lacking;

    @Nullable Command command;

    Outlook(GuestSample sample, Sighting seen, PolicySettings settings, long now) {
        this.sample = sample;
        this.state = seen.state();
        this.defect = sample.defect();
        this.age = seen.age();
        this.stale = seen.stale();
        this.blind = !defect.isEmpty() || age > Math.max(Limits.BLIND_AFTER, settings.freshMillis());
        Reserve reserve = new Reserve(sample, state.need(), age, settings.tickMillis());
        this.need = blind ? sample.actual() : state.need().whole();
        this.shortness = blind ? Pressure.GREEN : reserve.pressure(need, seen.swapRate());
        boolean faulting = !blind && state.counters().sudden();
        this.pressure = faulting && shortness == Pressure.GREEN ? Pressure.YELLOW : shortness;
        Cooling cooling = state.cooling();
        this.floor = blind ? sample.actual() : reserve.floor(need, cooling.learned(now));
        this.base = blind ? sample.actual() : reserve.base(need);
        this.least = reserve.least();
        this.comfort = reserve.comfort(need);
        Step step = state.course().step();
        this.stuck = step != null && step.stuck(now, settings.tickMillis());
        this.unmoved = sample.wishes().optedOut() || now < cooling.noGrowUntil();
        this.doubted = cooling.noGrowUntil() > 0;
        this.steady = state.trail().moved(now - Limits.STUCK_AFTER) <= Limits.DRIFT;
        this.hurt = step != null
                && step.shrinks()
                && !blind
                && (reserve.hurt(need, state.counters().out() - step.out())
                        || (headroom() < comfort && step.tookMore(sample.actual(), need)));
        this.misled = hurt
                && step != null
                && seen.swapRate() > 0
                && reserve.fits(state.need().bytes(), Math.max(step.target(), sample.actual()));
        this.untouchable = untouchable(now);
        this.share = base;
    }

    private String untouchable(long now) {
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
        if (state.samples() < Limits.FEWEST_SAMPLES) {
            return "too little is known of it";
        }
        if (pressure != Pressure.GREEN) {
            return "it needs what it has";
        }
        if (now < state.cooling().noShrinkUntil()) {
            return state.cooling().why();
        }
        if (stuck || hurt) {
            return "its last step went wrong";
        }
        return state.course().passed(sample.actual()) ? "it has less than it was ordered to have" : "";
    }

    /** What it holds of the budget: what it was promised, or what its balloon has not yet given. */
    long held() {
        return Math.max(sample.actual(), state.course().target());
    }

    long headroom() {
        return sample.actual() - need;
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

    boolean growing() {
        Step step = state.course().step();
        return step != null && step.moving() && !step.shrinks();
    }

    void order(Command.Kind kind, long target, String why) {
        command = new Command(sample.id(), kind, target, sample.actual(), why);
    }

    /** What to remember: what is proposed is not part of it. */
    GuestState after(long now) {
        Step step = state.course().step();
        Cooling cooling = state.cooling();
        if (pressure == Pressure.RED) {
            cooling = cooling.until(now + Limits.RED_PAUSE, "it was starving a moment ago");
        }
        if (step != null && !step.moving()) {
            cooling = cooling.moving();
        }
        if (step != null && !step.blamed() && (stuck || misled)) {
            cooling = stuck ? cooling.stuck(now, step.shrinks()) : cooling.hurt(now, step.from());
            step = step.learnedFrom();
        }
        return state.with(state.course().with(step != null && step.over(now) ? null : step), cooling);
    }

    GuestFinding finding(long now) {
        Command ordered = command;
        return new GuestFinding(
                sample.id(),
                pressure,
                need,
                state.trend().perMinute(need, now),
                sample.actual(),
                floor,
                sample.ceiling(),
                share,
                lacking,
                stale,
                stuck || now < state.cooling().stuckUntil(),
                untouchable,
                defect,
                ordered == null ? "" : ordered.why(),
                new GuestFinding.Bounds(shortness, "", 0),
                sample.setup().start().kept());
    }
}
