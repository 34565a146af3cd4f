package dev.watchdog.events;

import java.util.List;
import java.util.Map;

/**
 * A subject, as it is now.
 *
 * @param subject its host's id, a slash and this make the key of its records
 * @param host the host's id
 * @param name what people call it; may be empty
 * @param state as its domain says it: {@code healthy}, {@code left-alone} and so on
 * @param modes what is done about its faults, by fault kind: {@code observe}, {@code propose} or {@code heal}
 * @param facts what its domain knows of it
 * @param faults the ids of its open faults
 */
public record SubjectState(
        Subject subject,
        String host,
        String name,
        String state,
        Map<String, String> modes,
        Evidence facts,
        List<String> faults)
        implements State {
    public SubjectState {
        modes = InOrder.copyOf(modes);
        faults = List.copyOf(faults);
    }
}
