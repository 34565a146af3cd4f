package dev.watchdog.healing;

/**
 * How far the reader that brought a command has read: a row of the journal's state, written in the same transaction in
 * which the command is accepted or finally answered, whichever is first.
 *
 * @param key of the row; the reader's own, and none of the healer's ({@code core}, {@code case}, {@code budget},
 *     {@code sensor}, {@code command}, {@code mode})
 */
public record Bookmark(String key, String value) {}
