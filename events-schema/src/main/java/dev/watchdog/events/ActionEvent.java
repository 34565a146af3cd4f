package dev.watchdog.events;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A step in the life of one action: one attempt at one remedy for one fault. */
public sealed interface ActionEvent extends EventData {
    /** The action's id, unique over all journals. */
    String action();

    /** The fault it is to mend. */
    String fault();

    /** The action kind, such as {@code container.restore-rootfs}. */
    String kind();

    /**
     * Somebody or the policy wants it.
     *
     * @param origin {@code policy}, or the id of the command that asked
     * @param attempt counts from 1 within one fault
     */
    record Requested(String action, String fault, String kind, String origin, int attempt) implements ActionEvent {}

    /**
     * A gate keeps it waiting.
     *
     * @param gate the gate's name
     * @param until when it will be looked at again by itself; null when it waits for a person
     */
    record Held(
            String action,
            String fault,
            String kind,
            String gate,
            String why,
            @JsonSetter(nulls = Nulls.SET) @Nullable Instant until)
            implements ActionEvent {}

    /** It will not be done. */
    record Refused(String action, String fault, String kind, String gate, String why) implements ActionEvent {}

    /**
     * It is about to be done; durable before anything is touched.
     *
     * @param plan what it means to do, so that a successor can judge what a crashed agent left
     */
    record Started(String action, String fault, String kind, Evidence plan) implements ActionEvent {}

    /**
     * It was done and proved.
     *
     * @param micros how long each stage took, in microseconds, in the order of the stages
     */
    record Succeeded(String action, String fault, String kind, Evidence result, Map<String, Long> micros)
            implements ActionEvent {
        public Succeeded {
            micros = InOrder.copyOf(micros);
        }
    }

    /** It did not work, or what it did could not be proved. */
    record Failed(String action, String fault, String kind, String why) implements ActionEvent {}

    /** It did not work out and what it had done was taken back. */
    record Undone(String action, String fault, String kind, String why) implements ActionEvent {}

    /** It was found unfinished when the agent started. */
    record Interrupted(String action, String fault, String kind, String why) implements ActionEvent {}
}
