package dev.watchdog.events;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A step in the life of a command. Every command gets exactly one final answer: rejected, succeeded, failed or expired.
 */
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
     * @param source who sent it, a URI-reference; for doors of the host itself {@code /hosts/<host id>/control-socket}
     *     and its like; null in journals of versions before Kafka
     * @param key the id of the key that signed it; null when nothing did
     */
    record Accepted(
            String command,
            String verb,
            String origin,
            Map<String, String> arguments,
            String reason,
            @JsonSetter(nulls = Nulls.SET) @Nullable String source,
            @JsonSetter(nulls = Nulls.SET) @Nullable String key)
            implements CommandEvent {
        public Accepted {
            arguments = InOrder.copyOf(arguments);
        }

        /** A command of which neither sender nor key is known. */
        public Accepted(String command, String verb, String origin, Map<String, String> arguments, String reason) {
            this(command, verb, origin, arguments, reason, null, null);
        }
    }

    /**
     * It is on its way, but not done.
     *
     * @param what what has been reached or what it waits for, in a sentence for people
     */
    record Progressed(String command, String verb, String what) implements CommandEvent {}

    /** It will not be carried out. */
    record Rejected(String command, String verb, String origin, String why) implements CommandEvent {}

    /** It was carried out. */
    record Succeeded(String command, String verb, Evidence result) implements CommandEvent {}

    /** It was tried and did not work. */
    record Failed(String command, String verb, String why) implements CommandEvent {}

    /** Its time was over before it could be carried out, and it was not. */
    record Expired(String command, String verb, String origin, String why) implements CommandEvent {}
}
