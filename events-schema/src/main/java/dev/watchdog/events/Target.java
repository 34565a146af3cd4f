package dev.watchdog.events;

import java.util.Map;

/**
 * Which hosts a command is for. Said explicitly, for a command that forgot to say so must not reach them all. The
 * constructors throw IllegalArgumentException for what could not be read again.
 */
public sealed interface Target {
    /** One host, by its id. */
    record Host(String id) implements Target {
        public Host {
            CommandRequest.check(
                    CommandRules.isHost(id),
                    "its target host is not an id of letters, digits, dots, underscores and hyphens");
        }
    }

    /**
     * Every host that has all of these labels.
     *
     * @param labels 1 to 16, printable
     */
    record Labels(Map<String, String> labels) implements Target {
        public Labels {
            CommandRequest.check(
                    !labels.isEmpty() && labels.size() <= CommandRules.MOST_ENTRIES,
                    "its target does not have 1 to " + CommandRules.MOST_ENTRIES + " labels");
            labels.forEach((name, value) -> CommandRequest.check(
                    !name.isEmpty() && CommandRules.isText(name) && CommandRules.isText(value),
                    "a label of its target has no name, is too long or not printable"));
            labels = InOrder.copyOf(labels);
        }
    }

    /** Every host there is. */
    record Fleet() implements Target {}
}
