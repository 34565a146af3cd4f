package dev.watchdog.events;

/**
 * Retention dropped entries.
 *
 * @param first the lowest id dropped
 * @param last the highest id dropped
 * @param count how many were dropped between them; entries of open faults and running actions stay
 * @param unread how many of these some reader had not read yet
 * @param why which limit was reached
 */
public record JournalTruncated(long first, long last, long count, long unread, String why) implements EventData {}
