package dev.watchdog.events;

import java.util.Map;

/** Which hosts a command is for. Said explicitly, for a command that forgot to say so must not reach them all. */
public sealed interface Target {
    /** One host, by its id. */
    record Host(String id) implements Target {}

    /**
     * Every host that has all of these labels.
     *
     * @param labels 1 to 16
     */
    record Labels(Map<String, String> labels) implements Target {
        public Labels {
            labels = InOrder.copyOf(labels);
        }
    }

    /** Every host there is. */
    record Fleet() implements Target {}
}
