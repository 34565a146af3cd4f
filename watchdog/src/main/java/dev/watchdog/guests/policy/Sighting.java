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
        if (before == null || (sample.swappedOut() >= 0 && sample.swappedOut() < before.swappedOut())) {
            return begin(sample, before, sight);
        }
        Trail trail = before.trail().with(now, sample.actual());
        boolean usable = sample.defect().isEmpty();
        long at = now - (sight.now().wall().toEpochMilli() - sample.lastUpdate() * 1_000);
        long had = trail.most(at, at + 999);
        boolean reported =
                usable && sample.lastUpdate() != before.lastUpdate() && sample.usable() <= had + Limits.DRIFT;
        Need need = before.need();
        double rate = 0;
        if (reported) {
            long apart = (sample.lastUpdate() - before.lastUpdate()) * 1_000;
            double elapsed = apart > 0 && before.lastUpdate() > 0 ? apart : settings.tickMillis();
            long bytes = Math.max(0, had - sample.usable());
            long out = moved(sample.swappedOut(), before.swappedOut());
            long in = moved(sample.swappedIn(), before.swappedIn());
            long window = Math.max(Limits.BURST_WINDOW, 3 * (settings.tickMillis() + now - at));
            need = before.samples() == 0
                    ? Need.first(sample, now)
                    : need.next(now, elapsed, window, bytes, out, in, sample.maximum());
            rate = out * 1_000.0 / elapsed;
        }
        long reportedAt = reported ? now : before.reportedAt();
        Cooling cooling = before.cooling();
        long target = before.target();
        Step step = before.step();
        if (!usable) {
            cooling = cooling.until(now + Limits.SETTLE, "it has just come back");
        }
        if (step != null) {
            step = step.seen(now, sample.actual());
        }
        if (foreign(before, sample.actual())) {
            cooling = cooling.until(now + Limits.HANDS_OFF, "somebody else has resized it");
            target = Math.min(target, sample.actual());
            step = null;
        }
        GuestState state = new GuestState(
                need,
                trail,
                target,
                sample.actual(),
                step,
                cooling,
                before.samples() + (reported ? 1 : 0),
                usable ? sample.lastUpdate() : before.lastUpdate(),
                reportedAt,
                sample.swappedOut() < 0 ? before.swappedOut() : sample.swappedOut(),
                sample.swappedIn() < 0 ? before.swappedIn() : sample.swappedIn(),
                sample.resident(),
                now);
        long age = sight.now().wall().toEpochMilli() - sample.lastUpdate() * 1_000;
        boolean stale =
                jumped || age < -1_000 || age > settings.freshMillis() || now - reportedAt > settings.freshMillis();
        return new Sighting(state, Math.max(0, age), stale, rate);
    }

    /** A guest that is new, or that began a new life: nothing of the old one holds but its order. */
    private static Sighting begin(GuestSample sample, @Nullable GuestState before, Sight sight) {
        long now = sight.millis();
        Step step = before == null ? null : before.step();
        GuestState state = new GuestState(
                Need.first(sample, now),
                Trail.start(now, sample.actual()),
                before == null ? sample.actual() : before.target(),
                sample.actual(),
                step != null && step.moving() ? step.seen(now, sample.actual()) : null,
                Cooling.from(now + Limits.SETTLE, "it has just started"),
                sample.defect().isEmpty() ? 1 : 0,
                sample.lastUpdate(),
                now,
                Math.max(0, sample.swappedOut()),
                Math.max(0, sample.swappedIn()),
                sample.resident(),
                now);
        long age = sight.now().wall().toEpochMilli() - sample.lastUpdate() * 1_000;
        return new Sighting(state, Math.max(0, age), true, 0);
    }

    private static long moved(long now, long before) {
        return now < 0 ? 0 : Math.max(0, now - before);
    }

    /** A size that no order of ours explains: somebody else's, or a guest that took its memory back to survive. */
    private static boolean foreign(GuestState before, long actual) {
        return actual < Math.min(before.actual(), before.target()) - Limits.DRIFT
                || actual > Math.max(before.actual(), before.target()) + Limits.DRIFT;
    }
}
