package dev.watchdog.docker;

import java.time.Instant;
import java.util.Map;

/**
 * What the engine has on record of one container. It is the engine's claim: nothing here is checked against the kernel.
 *
 * @param id the full id
 * @param name chosen by whoever made it: untrusted text, for people only
 * @param pid of the first process as the engine's pid namespace sees it; 0 when it does not run
 * @param running true while paused too
 * @param startedAt the engine's wall clock; {@link Instant#EPOCH} when never started
 * @param driver the storage driver, {@code overlay2}
 * @param graph what the storage driver tells of the rootfs, {@code MergedDir} and {@code UpperDir} for overlay2; empty
 *     for the containerd image store
 * @param readOnly whether the rootfs is mounted read-only for the container
 * @param dataRoot where the engine keeps its data, derived from the path of the container's resolv.conf; empty when that
 *     does not tell it
 * @param execRoot the engine's exec root, derived from the network sandbox's path; empty when that does not tell it
 * @param mayMount whether it was given CAP_SYS_ADMIN, alone or with all privileges, or that is not told
 */
public record ContainerRecord(
        String id,
        String name,
        long pid,
        boolean running,
        boolean paused,
        Instant startedAt,
        String driver,
        Map<String, String> graph,
        boolean readOnly,
        String dataRoot,
        String execRoot,
        boolean mayMount) {
    public ContainerRecord {
        ContainerRef.requireId(id);
        graph = Map.copyOf(graph);
    }
}
