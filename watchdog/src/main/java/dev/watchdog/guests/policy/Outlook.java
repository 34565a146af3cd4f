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

    final Pressure pressure;
    final long need;
    final long floor;

    /** What it cannot do without in the sharing out: its need as it will be when the next look comes. */
    final long base;

    /** Headroom below which it asks for more. */
    final long comfort;

    final String untouchable;
    final boolean stuck;

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
        this.pressure = blind ? Pressure.GREEN : reserve.pressure(need, seen.swapRate());
        Cooling cooling = state.cooling();
        this.floor = blind ? sample.actual() : reserve.floor(need, cooling.learned(now));
        this.base = blind ? sample.actual() : reserve.base(need);
        this.comfort = reserve.comfort(need);
        Step step = state.step();
        this.stuck = step != null && step.stuck(now, settings.tickMillis());
        this.steady = state.trail().moved(now - Limits.STUCK_AFTER) <= Limits.DRIFT;
        this.hurt = step != null && step.shrinks() && !blind && reserve.hurt(need, state.swappedOut() - step.out());
        this.misled = hurt
                && step != null
                && seen.swapRate() > 0
                && reserve.fits(state.need().bytes(), Math.max(step.target(), sample.actual()));
        this.untouchable = untouchable(now);
        this.share = base;
    }

    private String untouchable(long now) {
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
        return stuck || hurt ? "its last step went wrong" : "";
    }

    /** What it holds of the budget: what it was promised, or what its balloon has not yet given. */
    long held() {
        return Math.max(sample.actual(), state.target());
    }

    long headroom() {
        return sample.actual() - need;
    }

    boolean shrinking() {
        Step step = state.step();
        return step != null && step.moving() && step.shrinks();
    }

    boolean growing() {
        Step step = state.step();
        return step != null && step.moving() && !step.shrinks();
    }

    void order(Command.Kind kind, long target, String why) {
        command = new Command(sample.id(), kind, target, sample.actual(), why);
    }

    /** What to remember, the order included. */
    GuestState after(long now) {
        Command ordered = command;
        Step step = state.step();
        if (step != null && step.over(now)) {
            step = null;
        }
        Cooling cooling = state.cooling();
        if (pressure == Pressure.RED) {
            cooling = cooling.until(now + Limits.RED_PAUSE, "it was starving a moment ago");
        }
        if (stuck) {
            cooling = cooling.stuck(now);
        }
        if (misled && step != null) {
            cooling = cooling.hurt(now, step.from());
        }
        long target = state.target();
        if (ordered != null) {
            target = ordered.target();
            step = ordered.kind() == Command.Kind.CANCEL ? null : next(step, ordered, now);
        }
        return new GuestState(
                state.need(),
                state.trail(),
                target,
                sample.actual(),
                step,
                cooling,
                state.samples(),
                state.lastUpdate(),
                state.reportedAt(),
                state.swappedOut(),
                state.swappedIn(),
                state.resident(),
                state.seenAt());
    }

    private Step next(@Nullable Step step, Command ordered, long now) {
        boolean shrinks = ordered.target() < sample.actual();
        if (step != null && step.moving() && step.shrinks() == shrinks) {
            return step.extended(now, ordered.target());
        }
        return Step.start(now, sample.actual(), ordered.target(), state.swappedOut());
    }

    GuestFinding finding() {
        Command ordered = command;
        return new GuestFinding(
                sample.id(),
                pressure,
                need,
                sample.actual(),
                floor,
                share,
                lacking,
                stuck,
                untouchable,
                defect,
                ordered == null ? "" : ordered.why());
    }
}
