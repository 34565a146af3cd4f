package dev.watchdog.web;

import dev.watchdog.events.Evidence;
import dev.watchdog.events.Subject;
import dev.watchdog.healing.Attempt;
import dev.watchdog.healing.Fault;
import dev.watchdog.healing.Proposal;
import dev.watchdog.healing.SubjectNames;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An action as the API shows it.
 *
 * @param fault what it serves: a fault or a wish
 * @param subjectName what people call the subject; null when nobody knows. Untrusted text
 * @param state {@code waiting}, {@code running}, or how it ended
 * @param origin {@code policy} or the command that asked; null when that is no longer known
 * @param attempt counts from 1 within one fault; 0 when that is no longer known
 * @param gate what holds it or refused it
 * @param until when the gate is asked again; null when it waits for a person
 * @param plan what it means to do: as last seen while it waits, what it was started with afterwards
 * @param micros how long each stage took, in microseconds
 */
record ActionView(
        String id,
        String kind,
        String fault,
        Subject subject,
        @Nullable String subjectName,
        String host,
        String state,
        @Nullable String origin,
        int attempt,
        @Nullable String gate,
        @Nullable String why,
        @Nullable Instant until,
        @Nullable Instant requestedAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable Evidence plan,
        @Nullable Evidence result,
        @Nullable Map<String, Long> micros) {
    /** What is wanted or running for a fault or a wish right now. */
    static Optional<ActionView> of(Fault fault, String host) {
        return Optional.ofNullable(fault.attempt()).map(attempt -> of(fault, attempt, host));
    }

    private static ActionView of(Fault fault, Attempt attempt, String host) {
        Proposal proposal = fault.proposal();
        return new ActionView(
                attempt.id(),
                attempt.kind(),
                fault.id(),
                fault.subject(),
                null,
                host,
                attempt.running() ? "running" : "waiting",
                attempt.origin().id(),
                attempt.number(),
                attempt.gate(),
                attempt.why(),
                attempt.untilWall(),
                null,
                null,
                null,
                attempt.running() || proposal == null ? attempt.plan() : proposal.plan(),
                null,
                null);
    }

    /** This, with the times that only the journal knows. */
    ActionView timedBy(ActionView journalled) {
        return new ActionView(
                id,
                kind,
                fault,
                subject,
                subjectName,
                host,
                state,
                origin,
                attempt,
                gate,
                why,
                until,
                journalled.requestedAt,
                journalled.startedAt,
                endedAt,
                plan,
                result,
                micros);
    }

    /** This, with what the subject is called; the plan may hold the name of one that is not watched any more. */
    ActionView named(Map<Subject, String> names) {
        String told = plan == null ? "" : SubjectNames.of(plan);
        return new ActionView(
                id,
                kind,
                fault,
                subject,
                names.getOrDefault(subject, told.isEmpty() ? subjectName : told),
                host,
                state,
                origin,
                attempt,
                gate,
                why,
                until,
                requestedAt,
                startedAt,
                endedAt,
                plan,
                result,
                micros);
    }

    boolean ended() {
        return endedAt != null;
    }
}
