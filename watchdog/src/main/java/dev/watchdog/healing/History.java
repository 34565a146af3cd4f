package dev.watchdog.healing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a subject's faults of one kind beyond a single fault; all times since boot.
 *
 * @param losses when it was lost, within the flapping window: the newest, as many as make it flap; for a wish, when it
 *     was put before a person; none for what recurs
 * @param failures failed actions, until an hour of health forgets them
 * @param failedAt when the last one failed; null when an action succeeded since
 * @param healthySince when the last fault was cleared; null while one is open
 */
public record History(
        List<Duration> losses,
        int failures,
        @Nullable Duration failedAt,
        @Nullable Duration healthySince) {
    static final History NONE = new History(List.of(), 0, null, null);

    public History {
        losses = List.copyOf(losses);
    }

    History lost(Duration now, Gates gates) {
        return begun(now, gates, rested(now, gates)).remembering(now, gates);
    }

    /**
     * What comes back by its nature is no loss. It may never be well for an hour: so an action that worked forgets the
     * failures before it.
     */
    History recurred(Duration now, Gates gates) {
        return begun(now, gates, failedAt == null || rested(now, gates));
    }

    private boolean rested(Duration now, Gates gates) {
        return healthySince != null && now.minus(healthySince).compareTo(gates.forgetAfter()) >= 0;
    }

    private History begun(Duration now, Gates gates, boolean forgotten) {
        return new History(recentLosses(now, gates), forgotten ? 0 : failures, forgotten ? null : failedAt, null);
    }

    History remembering(Duration now, Gates gates) {
        List<Duration> kept = new ArrayList<>(recentLosses(now, gates));
        kept.add(now);
        return new History(
                kept.subList(Math.max(0, kept.size() - gates.flapLosses()), kept.size()),
                failures,
                failedAt,
                healthySince);
    }

    History failed(Duration now) {
        return new History(losses, failures + 1, now, healthySince);
    }

    /** An action worked: no cool-down, but the next failure goes on where the last one left off. */
    History healed() {
        return new History(losses, failures, null, healthySince);
    }

    History cleared(Duration now) {
        return new History(losses, failures, failedAt, now);
    }

    List<Duration> recentLosses(Duration now, Gates gates) {
        return losses.stream()
                .filter(loss -> now.minus(loss).compareTo(gates.flapWindow()) < 0)
                .toList();
    }

    /** True when nothing in it can matter any more. */
    boolean expired(Duration now, Gates gates) {
        return rested(now, gates) && recentLosses(now, gates).isEmpty();
    }

    /** As if all of it had happened just now: after a reboot nobody knows how long the machine was off. */
    History rebased(Duration now) {
        return new History(
                losses.stream().map(loss -> now).toList(),
                failures,
                failedAt == null ? null : now,
                healthySince == null ? null : now);
    }
}
