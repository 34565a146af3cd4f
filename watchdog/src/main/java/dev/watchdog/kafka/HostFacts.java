package dev.watchdog.kafka;

import java.time.Instant;
import java.util.Map;

/**
 * Which host this is, as long as the agent runs.
 *
 * @param id the key of its records
 * @param name what people call it
 * @param labels what commands may select it by
 * @param version of the agent
 * @param startedAt when this process began
 * @param mode for every fault kind that has none of its own
 */
public record HostFacts(
        String id, String name, Map<String, String> labels, String version, Instant startedAt, String mode) {
    public HostFacts {
        labels = Map.copyOf(labels);
    }
}
