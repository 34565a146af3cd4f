package dev.watchdog.guests.policy;

import org.jspecify.annotations.Nullable;

/**
 * What a look added to what was known of a guest.
 *
 * @param age of its numbers, milliseconds
 * @param stale too old, or of a time that cannot be: nothing is taken from it
 * @param swapRate bytes a second since the last report
 */
record Sighting(GuestState state, long age, boolean stale, double swapRate) {

    static Sighting of(
            GuestSample sample, @Nullable GuestState before, Sight sight, PolicySettings settings, boolean jumped) {
        long now = sight.millis();
        if (before == null || before.counters().restarted(sample)) {
            return begin(sample, before, sight);
        }
        Trail trail = before.trail().with(now, sample.actual());
        boolean usable = sample.defect().isEmpty();
        long at = now - (sight.now().wall().toEpochMilli() - sample.lastUpdate() * 1_000);
        long had = Math.min(sample.maximum(), trail.had(at, sample.total()));
        boolean reported =
                usable && sample.lastUpdate() != before.lastUpdate() && sample.usable() <= had + Limits.DRIFT;
        Need need = before.need();
        Counters counters = before.counters();
        double rate = 0;
        if (reported) {
            Step step = before.course().step();
            trail = trail.reported(sample.total(), now, step != null && step.moving());
            long apart = (sample.lastUpdate() - before.lastUpdate()) * 1_000;
            double elapsed = apart > 0 && before.lastUpdate() > 0 ? apart : settings.tickMillis();
            long bytes = Math.max(0, had - sample.usable());
            long out = Counters.since(sample.swappedOut(), counters.out());
            long in = Counters.since(sample.swappedIn(), counters.in());
            long window = Math.max(Limits.BURST_WINDOW, 3 * (settings.tickMillis() + now - at));
            need = before.samples() == 0
                    ? Need.first(sample, now)
                    : need.next(now, elapsed, window, bytes, out, in, sample.maximum());
            rate = out * 1_000.0 / elapsed;
            counters = counters.next(sample, elapsed);
        }
        long reportedAt = reported ? now : before.reportedAt();
        Cooling cooling = before.cooling();
        if (!usable && now - reportedAt > settings.freshMillis()) {
            // a shorter gap is a look that libvirt was too busy for
            cooling = cooling.until(now + Limits.SETTLE, "it has just come back");
        }
        Course course = before.course();
        if (course.foreign(before.actual(), sample.actual(), now)) {
            cooling = cooling.until(now + Limits.HANDS_OFF, PolicyState.RESIZED);
            course = course.overtaken(sample.actual());
        } else {
            course = course.followed(sample, now, now - before.seenAt() > settings.freshMillis());
        }
        GuestState state = new GuestState(
                need,
                before.trend().with(need.whole(), now),
                counters,
                trail,
                course,
                cooling,
                sample.actual(),
                before.samples() + (reported ? 1 : 0),
                usable ? sample.lastUpdate() : before.lastUpdate(),
                reportedAt,
                sample.resident(),
                now);
        long age = sight.now().wall().toEpochMilli() - sample.lastUpdate() * 1_000;
        boolean stale =
                jumped || age < -1_000 || age > settings.freshMillis() || now - reportedAt > settings.freshMillis();
        return new Sighting(state, Math.max(0, age), stale, rate);
    }

    /**
     * A guest that is new, or that began a new life: nothing of the old one holds but its order. QEMU keeps the target
     * over a reset, and its new kernel has no driver yet: that is no stuck balloon, and what it has becomes its target.
     */
    private static Sighting begin(GuestSample sample, @Nullable GuestState before, Sight sight) {
        long now = sight.millis();
        Course course = before == null || !before.course().ours() ? Course.drifting(sample.actual()) : before.course();
        Step step = course.step();
        Step grows = step != null && step.moving() && !step.shrinks() ? step.seen(now, sample.actual()) : null;
        Need need = Need.first(sample, now);
        GuestState state = new GuestState(
                need,
                Trend.from(need.whole(), now),
                Counters.first(sample),
                Trail.start(now, sample.actual()),
                course.with(grows),
                Cooling.from(now + Limits.SETTLE, "it has just started"),
                sample.actual(),
                sample.defect().isEmpty() ? 1 : 0,
                sample.lastUpdate(),
                now,
                sample.resident(),
                now);
        long age = sight.now().wall().toEpochMilli() - sample.lastUpdate() * 1_000;
        return new Sighting(state, Math.max(0, age), true, 0);
    }
}
