package dev.watchdog.healing;

import dev.watchdog.events.CommandEvent;
import dev.watchdog.events.EventData;
import dev.watchdog.events.Evidence;
import java.util.Optional;

/**
 * The one final answer to a command.
 *
 * @param status {@code succeeded}, {@code failed}, {@code rejected} or {@code expired}
 * @param result its summary is the line for people
 */
public record Answer(String command, String status, Evidence result) {
    public static final String SUCCEEDED = "succeeded";
    public static final String FAILED = "failed";
    public static final String REJECTED = "rejected";

    /** Its time was over before it could be carried out. */
    public static final String EXPIRED = "expired";

    /** The answer that an entry of the journal gives; empty when it is not a final one. */
    public static Optional<Answer> of(EventData data) {
        if (data instanceof CommandEvent.Succeeded said) {
            return Optional.of(new Answer(said.command(), SUCCEEDED, said.result()));
        } else if (data instanceof CommandEvent.Failed said) {
            return Optional.of(new Answer(said.command(), FAILED, Evidence.of(said.why())));
        } else if (data instanceof CommandEvent.Rejected said) {
            return Optional.of(new Answer(said.command(), REJECTED, Evidence.of(said.why())));
        } else if (data instanceof CommandEvent.Expired said) {
            return Optional.of(new Answer(said.command(), EXPIRED, Evidence.of(said.why())));
        }
        return Optional.empty();
    }

    public boolean succeeded() {
        return status.equals(SUCCEEDED);
    }
}
