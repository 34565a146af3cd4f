package dev.watchdog.healing;

import dev.watchdog.events.Evidence;
import dev.watchdog.events.Severity;
import dev.watchdog.events.Subject;
import dev.watchdog.linux.Moment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A fault that is open, or a wish that is taken up.
 *
 * @param id ends in a hyphen, {@code f} or for a wish {@code w}, and a number
 * @param evidence as first seen, or as last seen when that says more
 * @param proposal what would mend it, as last seen; null when nothing safe would
 * @param signalled when what was seen last was shown; null when the last look could tell nothing, or none was made
 * @param seen when it was last looked at: older looks that come late say nothing
 * @param attempt what is wanted or running; null when nothing is
 * @param attempts how many were made
 * @param settled a person said no: nothing is wanted until somebody asks
 * @param nature of its kind when it was raised
 */
public record Fault(
        String id,
        String kind,
        Subject subject,
        Severity severity,
        Moment raised,
        Evidence evidence,
        @Nullable Proposal proposal,
        @Nullable Moment signalled,
        @Nullable Moment seen,
        @Nullable Attempt attempt,
        int attempts,
        boolean settled,
        Nature nature) {
    /** An agent that knew nothing but breakage wrote no {@code nature}. */
    public Fault {
        nature = Objects.requireNonNullElse(nature, Nature.BREAKAGE);
    }

    /** As first seen. */
    static Fault first(String id, FaultKind kind, Finding.Faulty finding) {
        return new Fault(
                id,
                finding.kind(),
                finding.subject(),
                kind.severity(),
                finding.signalled(),
                finding.evidence(),
                finding.proposal(),
                finding.signalled(),
                finding.seen(),
                null,
                0,
                false,
                kind.nature());
    }

    FaultKey key() {
        return new FaultKey(subject, kind);
    }

    Fault sighted(Finding.Faulty finding) {
        return new Fault(
                id,
                kind,
                subject,
                severity,
                raised,
                finding.evidence(),
                finding.proposal(),
                finding.signalled(),
                finding.seen(),
                attempt,
                attempts,
                settled,
                nature);
    }

    /** What was seen before {@code at} does not count any more. */
    Fault unsighted(Moment at) {
        return new Fault(
                id, kind, subject, severity, raised, evidence, proposal, null, at, attempt, attempts, settled, nature);
    }

    Fault with(@Nullable Attempt newer) {
        int made = newer == null ? attempts : Math.max(attempts, newer.number());
        return new Fault(
                id, kind, subject, severity, raised, evidence, proposal, signalled, seen, newer, made, settled, nature);
    }

    Fault settled(boolean value) {
        return new Fault(
                id, kind, subject, severity, raised, evidence, proposal, signalled, seen, attempt, attempts, value,
                nature);
    }

    /** After a reboot: known since long ago, and not looked at yet. */
    Fault rebased(Moment now) {
        Moment at = new Moment(now.boot(), now.sinceBoot(), raised.wall());
        Attempt moved = attempt == null ? null : attempt.rebased(now.sinceBoot());
        return new Fault(
                id, kind, subject, severity, at, evidence, proposal, null, null, moved, attempts, settled, nature);
    }
}
