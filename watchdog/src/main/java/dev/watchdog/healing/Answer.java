package dev.watchdog.healing;

import dev.watchdog.events.Evidence;

/**
 * The one final answer to a command.
 *
 * @param status {@code succeeded}, {@code failed} or {@code rejected}
 * @param result its summary is the line for people
 */
public record Answer(String command, String status, Evidence result) {
    public static final String SUCCEEDED = "succeeded";
    public static final String FAILED = "failed";
    public static final String REJECTED = "rejected";

    public boolean succeeded() {
        return status.equals(SUCCEEDED);
    }
}
