package dev.watchdog.guests.policy;

import org.jspecify.annotations.Nullable;

/**
 * What a look added to what was known of a guest.
 *
 * @param age of its numbers, milliseconds
 * @param reported milliseconds since boot of its last report; it is known to the second before it only
 * @param had the most that it may have had then
 * @param stale too old, or of a time that cannot be: nothing is taken from it
 * @param swapRate bytes a second since the last report
 * @param fine whether that was so lately that what it swapped since happened at the size and the need that are told
 */
record Sighting(
        GuestState state,
        Freshness fresh,
        long age,
        long reported,
        long had,
        boolean stale,
        double swapRate,
        boolean fine) {

    static Sighting of(
            GuestSample sample,
            @Nullable GuestState before,
            Sight sight,
            PolicySettings settings,
            boolean jumped,
            boolean first) {
        long now = sight.millis();
        boolean counted = before != null && before.counters().restarted(sample);
        if (before == null
                || counted
                || before.counters().isOver()
                || before.boot().isOutdated(sample)) {
            return begin(sample, before, sight, settings, first, counted);
        }
        long wall = sight.now().wall().toEpochMilli();
        Seen last = before.seen();
        Freshness fresh = Freshness.of(sample, settings);
        // over looks that missed it, it may have grown at the first of them: a report of then tells of the larger size
        boolean grown = sample.actual() > last.sample().actual();
        long since = grown ? Math.min(now, last.at() + settings.tickMillis()) : now;
        Trail trail = before.trail().with(since, sample.actual());
        boolean usable = sample.defect().isEmpty();
        long at = now - (wall - sample.lastUpdate() * 1_000);
        long had = Math.min(sample.maximum(), trail.had(at, sample.total()));
        boolean reported = usable && sample.lastUpdate() != last.lastUpdate() && sample.usable() <= had + Limits.DRIFT;
        Need need = before.need();
        Counters counters = before.counters();
        double rate = 0;
        boolean fine = false;
        if (reported) {
            Step step = before.course().step();
            trail = trail.reported(sample.total(), now, step != null && step.moving());
            long apart = (sample.lastUpdate() - last.lastUpdate()) * 1_000;
            double elapsed = apart > 0 && last.lastUpdate() > 0 ? apart : settings.tickMillis();
            long bytes = Math.max(0, had - sample.usable());
            long out = Counters.since(sample.swappedOut(), counters.out());
            long in = Counters.since(sample.swappedIn(), counters.in());
            long window = Math.max(Limits.BURST_WINDOW, 3 * (settings.tickMillis() + now - at));
            need = last.samples() == 0
                    ? Need.first(sample, now)
                    : need.next(now, elapsed, window, bytes, out, in, sample.maximum());
            rate = out * 1_000.0 / elapsed;
            fine = elapsed <= Limits.ORDER_GRACE;
            counters = counters.next(sample, elapsed);
        }
        Seen seen = last.next(sample, reported, now);
        Boot boot = reported && !jumped ? before.boot().reported(at, now) : before.boot();
        Cooling cooling = before.cooling();
        if (!usable && now - seen.reportedAt() > fresh.shrink()) {
            // a shorter gap is a look that libvirt was too busy for
            cooling = cooling.until(now + Limits.SETTLE, "it has just come back");
        }
        Course course = before.course();
        Step going = course.step();
        if (reported && going != null && !going.isJudgedBy(at)) {
            course = course.with(going.after(counters.out(), need.whole()));
        }
        boolean foreign = !boot.isGoing(now) && course.foreign(last.sample().actual(), sample.actual(), now);
        if (foreign) {
            cooling = cooling.until(now + Limits.HANDS_OFF, PolicyState.RESIZED);
            course = course.overtaken(sample.actual());
        } else {
            boolean lost = now - last.at() > settings.freshMillis() || (boot.isGoing(now) && boot.reportedAt() == 0);
            course = course.followed(sample, now, lost);
        }
        GuestState state = new GuestState(
                need,
                before.trend().with(need.whole(), now),
                counters,
                trail,
                course,
                cooling,
                seen,
                boot,
                before.proven(),
                before.debt().next(sample, course.target(), foreign, now));
        long age = wall - seen.lastUpdate() * 1_000;
        boolean stale = jumped || age < -1_000 || age > fresh.shrink() || now - seen.reportedAt() > fresh.shrink();
        return new Sighting(state, fresh, Math.max(0, age), at, had, stale, rate, fine);
    }

    /** A guest that this look did not see: what was known a moment ago holds. */
    static Sighting missing(GuestState known, Sight sight, PolicySettings settings) {
        Freshness fresh = Freshness.of(known.seen().sample(), settings);
        long age = sight.now().wall().toEpochMilli() - known.seen().lastUpdate() * 1_000;
        return new Sighting(
                known,
                fresh,
                Math.max(0, age),
                sight.millis() - age,
                known.seen().sample().actual(),
                true,
                0,
                false);
    }

    /**
     * A guest that is new, or that began a new life: nothing of the old one holds but its order. QEMU keeps the target
     * over a reset, and its new kernel has no driver yet: that is no stuck balloon, and what it has becomes its target.
     */
    private static Sighting begin(
            GuestSample sample,
            @Nullable GuestState before,
            Sight sight,
            PolicySettings settings,
            boolean first,
            boolean counted) {
        long now = sight.millis();
        Course course = before == null || !before.course().ours() ? Course.drifting(sample.actual()) : before.course();
        Step step = course.step();
        Step grows = step != null && step.moving() && !step.shrinks() ? step.seen(now, sample.actual()) : null;
        // until QEMU 10 a guest that was reset shows the numbers of its last life
        boolean reported = sample.defect().isEmpty() && (before == null || counted);
        Need need = Need.first(sample, now);
        GuestState state = new GuestState(
                need,
                Trend.from(need.whole(), now),
                Counters.first(sample),
                Trail.start(now, sample.actual()),
                course.with(grows),
                Cooling.from(
                        now + Limits.SETTLE, first && before == null ? PolicyState.NEWLY_SEEN : "it has just started"),
                Seen.first(sample, before == null ? null : before.seen(), reported, now),
                before == null ? Boot.first(sample, now) : before.boot().again(sample, counted, now),
                0,
                before == null ? Debt.first(sample) : before.debt().next(sample, course.target(), false, now));
        long age = sight.now().wall().toEpochMilli() - sample.lastUpdate() * 1_000;
        return new Sighting(
                state, Freshness.of(sample, settings), Math.max(0, age), now - age, sample.actual(), true, 0, false);
    }
}
