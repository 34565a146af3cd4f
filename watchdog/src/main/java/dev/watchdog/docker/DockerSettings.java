package dev.watchdog.docker;

import java.util.List;

/**
 * Which Docker engines there are.
 *
 * @param engines their addresses, {@code unix:///path}; an engine that is not there yet is waited for,
 *     and told if somebody wrote it
 */
public record DockerSettings(List<String> engines) {
    /** The key of {@link #engines}. */
    public static final String ENGINES = "docker.engines";

    /** Where Docker listens unless somebody says otherwise. */
    public static final String USUAL = "unix:///var/run/docker.sock";

    /** @throws IllegalArgumentException if an address is not a Unix socket's */
    public DockerSettings {
        engines = List.copyOf(engines);
        for (String engine : engines) {
            if (!engine.startsWith("unix:///") || engine.length() > "unix://".length() + 107) {
                throw new IllegalArgumentException("must be Unix sockets, such as unix:///var/run/docker.sock");
            }
        }
    }
}
