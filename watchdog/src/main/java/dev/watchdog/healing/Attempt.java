package dev.watchdog.healing;

import dev.watchdog.events.Evidence;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The action that is wanted or running for a fault.
 *
 * @param origin who wants it
 * @param approved a person asked for it: mode, cool-down, flapping and budget do not hold it
 * @param running true once it was decided to act
 * @param gate which gate holds it; null when none was asked yet or it runs
 * @param why what the gate said
 * @param until when the gate is asked again (time since boot); null when only a person or a new look changes it
 * @param untilWall the same for people
 * @param deadline in time since boot: when it is to be done if it runs, when it is given up if a person asked for it
 *     and it still waits; else null
 */
public record Attempt(
        String id,
        String kind,
        Origin origin,
        int number,
        boolean approved,
        boolean running,
        Evidence plan,
        @Nullable String gate,
        @Nullable String why,
        @Nullable Duration until,
        @Nullable Instant untilWall,
        @Nullable Duration deadline) {
    static Attempt wanted(String id, Proposal proposal, Origin origin, int number) {
        return new Attempt(
                id, proposal.action(), origin, number, false, false, proposal.plan(), null, null, null, null, null);
    }

    Attempt held(Decision.Wait wait, @Nullable Instant wall) {
        return new Attempt(
                id, kind, origin, number, approved, false, plan, wait.gate(), wait.why(), wait.until(), wall, deadline);
    }

    Attempt started(Evidence freshPlan, Duration deadlineSinceBoot) {
        return new Attempt(
                id, kind, origin, number, approved, true, freshPlan, null, null, null, null, deadlineSinceBoot);
    }

    Attempt approvedBy(Origin command, Duration giveUp) {
        return new Attempt(id, kind, command, number, true, false, plan, gate, why, until, untilWall, giveUp);
    }

    /** True if this is still what is proposed. */
    boolean serves(@Nullable Proposal proposal) {
        return proposal != null && proposal.action().equals(kind);
    }

    /** After a reboot: the gates are asked again at once, and what a person asked for before it is given up. */
    Attempt rebased(Duration now) {
        return new Attempt(
                id,
                kind,
                origin,
                number,
                approved,
                running,
                plan,
                gate,
                why,
                until == null ? null : now,
                untilWall,
                deadline == null ? null : now);
    }
}
