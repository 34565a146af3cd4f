package dev.watchdog.journal;

import dev.watchdog.events.EventData;
import dev.watchdog.events.Severity;
import dev.watchdog.events.Subject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something to be recorded; the journal adds its id and the time it became durable.
 *
 * @param time when it happened
 * @param correlation the fault or command it belongs to
 * @param causedBy the correlation whose newest entry led to this one; null means {@code correlation} itself
 */
public record Entry(
        Subject subject,
        Instant time,
        Severity severity,
        @Nullable String correlation,
        @Nullable String causedBy,
        EventData data) {}
