package dev.watchdog.web;

import dev.watchdog.events.Event;
import dev.watchdog.events.Evidence;
import dev.watchdog.events.FaultCleared;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.events.Subject;
import dev.watchdog.healing.Fault;
import dev.watchdog.healing.FaultKind;
import dev.watchdog.healing.Policy;
import dev.watchdog.healing.SubjectNames;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A fault as the API shows it.
 *
 * @param subjectName what people call the subject; null when nobody knows. Untrusted text
 * @param state {@code open} or {@code cleared}
 * @param reason why it is cleared: {@code healed}, {@code recovered} or {@code gone}
 * @param evidence what was seen; null when the journal no longer has it at hand
 */
record FaultView(
        String id,
        String kind,
        Subject subject,
        @Nullable String subjectName,
        String host,
        String severity,
        String state,
        Instant raisedAt,
        @Nullable Instant clearedAt,
        @Nullable String reason,
        @Nullable Evidence evidence,
        List<ActionView> actions) {
    /** An open fault, with what is wanted or running for it. */
    static FaultView open(Fault fault, String host) {
        return new FaultView(
                fault.id(),
                fault.kind(),
                fault.subject(),
                name(fault.evidence()),
                host,
                fault.severity().word(),
                "open",
                fault.raised().wall(),
                null,
                null,
                fault.evidence(),
                ActionView.of(fault, host).stream().toList());
    }

    /** A fault that is over, from its last entry and those before it, as far as they are at hand. */
    static FaultView cleared(
            Event end,
            FaultCleared cleared,
            @Nullable Event raised,
            List<ActionView> actions,
            Policy policy,
            String host) {
        FaultKind kind = policy.faultKinds().get(cleared.kind());
        String severity =
                raised != null ? raised.severity().word() : (kind == null ? end.severity() : kind.severity()).word();
        return new FaultView(
                cleared.fault(),
                cleared.kind(),
                end.subject(),
                raised != null && raised.data() instanceof FaultRaised first ? name(first.evidence()) : null,
                host,
                severity,
                "cleared",
                cleared.raisedAt(),
                end.time(),
                cleared.reason(),
                raised != null && raised.data() instanceof FaultRaised first ? first.evidence() : null,
                actions);
    }

    private static @Nullable String name(Evidence evidence) {
        String name = SubjectNames.of(evidence);
        return name.isEmpty() ? null : name;
    }

    FaultView with(List<ActionView> others) {
        return new FaultView(
                id, kind, subject, subjectName, host, severity, state, raisedAt, clearedAt, reason, evidence, others);
    }

    /** This, with what the subject is called now where it is watched. */
    FaultView named(Map<Subject, String> names) {
        return new FaultView(
                id,
                kind,
                subject,
                names.getOrDefault(subject, subjectName),
                host,
                severity,
                state,
                raisedAt,
                clearedAt,
                reason,
                evidence,
                actions.stream().map(each -> each.named(names)).toList());
    }
}
