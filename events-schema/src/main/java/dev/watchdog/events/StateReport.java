package dev.watchdog.events;

import java.time.Instant;

/**
 * A state with the envelope that makes it a CloudEvent.
 *
 * @param source {@code /hosts/<host id>/<journal id>}, as that of the host's events
 * @param id unique within the source and never that of an event: {@code h<milliseconds>-<n>} and its like
 * @param subject what it is about
 * @param time when it was so
 */
public record StateReport(String source, String id, Subject subject, Instant time, State state) {}
