package dev.watchdog.events;

import java.util.Map;

/** A step in the life of a command. Every command gets exactly one final answer. */
public sealed interface CommandEvent extends EventData {
    /** The id its sender gave it. */
    String command();

    /** The verb, such as {@code heal}. */
    String verb();

    /**
     * It will be carried out.
     *
     * @param origin where it came from: {@code control-socket}, {@code http} or {@code kafka}
     * @param arguments as given, after they were checked
     * @param reason why, in the sender's words; may be empty
     */
    record Accepted(String command, String verb, String origin, Map<String, String> arguments, String reason)
            implements CommandEvent {
        public Accepted {
            arguments = InOrder.copyOf(arguments);
        }
    }

    /** It will not be carried out. */
    record Rejected(String command, String verb, String origin, String why) implements CommandEvent {}

    /** It was carried out. */
    record Succeeded(String command, String verb, Evidence result) implements CommandEvent {}

    /** It was tried and did not work. */
    record Failed(String command, String verb, String why) implements CommandEvent {}
}
