package dev.watchdog.events;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a journal, with the envelope that makes it a CloudEvent.
 *
 * @param source {@code /hosts/<host id>/<journal id>}: a new journal is a new source, so ids never collide
 * @param id its place in the journal, from 1, rising, with gaps allowed
 * @param subject what it is about
 * @param time when it happened
 * @param recorded when it became durable
 * @param correlation the fault, or the command, that it belongs to
 * @param causation the id (in the same source) of the entry that led to it
 */
public record Event(
        String source,
        long id,
        Subject subject,
        Instant time,
        Instant recorded,
        Severity severity,
        @Nullable String correlation,
        @Nullable String causation,
        EventData data) {}
