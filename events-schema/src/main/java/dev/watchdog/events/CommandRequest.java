package dev.watchdog.events;

import java.time.Instant;
import java.util.Map;

/**
 * A command as its sender means it. What cannot be read again cannot be made: the constructor checks every part by
 * {@link CommandRules}.
 *
 * @param id unique for its source, and best for all; a second command of the same id and source is the same command
 * @param source who sends it, a URI-reference of 1 to 256 characters
 * @param time when it was sent, in whole seconds (what is below is cut off)
 * @param expiry from when on it must not be carried out, in whole seconds, after {@code time}
 * @param verb a word, such as {@code heal}
 * @param target which hosts it is for
 * @param arguments at most 16, by words
 * @param expect what must hold when it is carried out, else it fails: {@code fault}, {@code state}, {@code mode}
 * @param reason why, for people; may be empty
 * @param dryRun to be told what would be done, without anything being done
 */
public record CommandRequest(
        String id,
        String source,
        Instant time,
        Instant expiry,
        String verb,
        Target target,
        Map<String, String> arguments,
        Map<String, String> expect,
        String reason,
        boolean dryRun) {
    /** The CloudEvents type of commands. */
    public static final String TYPE = "dev.watchdog.command.requested.v1";

    /** @throws IllegalArgumentException with the part that is not as it must be, and how it must be */
    public CommandRequest {
        arguments = InOrder.copyOf(arguments);
        expect = InOrder.copyOf(expect);
    }
}
