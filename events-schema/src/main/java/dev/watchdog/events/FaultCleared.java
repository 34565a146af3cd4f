package dev.watchdog.events;

import java.time.Instant;

/**
 * A fault is over.
 *
 * @param reason {@code healed} (by an action of ours), {@code recovered} (without us), or {@code gone} (the subject went)
 * @param raisedAt when it was first seen, so that a reader who came late can tell how long it lasted
 */
public record FaultCleared(String fault, String kind, String reason, Instant raisedAt) implements EventData {}
