package dev.watchdog.healing;

import java.util.Map;

/**
 * What another system or a person asks for.
 *
 * @param id given by the sender, unique
 * @param origin the door it came through: {@code control-socket}, {@code http} or {@code kafka}
 * @param reason why, in the sender's words; may be empty
 */
public record Command(String id, String verb, Map<String, String> arguments, String origin, String reason) {
    public Command {
        arguments = Map.copyOf(arguments);
    }

    /** The argument, or an empty string. */
    public String argument(String name) {
        return arguments.getOrDefault(name, "");
    }
}
