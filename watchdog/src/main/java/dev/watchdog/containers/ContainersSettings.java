package dev.watchdog.containers;

import dev.watchdog.healing.Enabled;
import java.time.Duration;

/**
 * The configuration under {@code domains.containers}.
 *
 * @param sweepEvery how often everything is looked at even if nothing was signalled; the net under the sensors
 * @param lookDeadline how long one look at the file systems may take before its containers become unknown
 */
public record ContainersSettings(Enabled enabled, Duration sweepEvery, Duration lookDeadline) {
    static final ContainersSettings DEFAULTS =
            new ContainersSettings(Enabled.AUTO, Duration.ofSeconds(30), Duration.ofSeconds(2));
}
