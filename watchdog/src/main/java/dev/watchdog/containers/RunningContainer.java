package dev.watchdog.containers;

import dev.watchdog.linux.ProcessId;
import org.jspecify.annotations.Nullable;

/**
 * A container that runs, as its engine has it on record.
 *
 * @param id the full id
 * @param name untrusted text, for people only
 * @param source which inventory told of it
 * @param pid its first process, as this host's /proc numbers it
 * @param rootfs the path its engine mounted its root on, as the engine's own processes see it
 * @param layer what its engine has on record of its root
 * @param shimPid the process that runs what is executed in it; 0 for the parent of its first process
 * @param engine the engine's process, proven when it was told of; none when it is not known
 * @param unsupported why its root cannot be watched; null when it can
 * @param mayMount whether it was given what mounting takes (CAP_SYS_ADMIN), or its record does not tell: what is mounted
 *     in its namespace may then be its own doing
 */
record RunningContainer(
        String id,
        String name,
        String source,
        int pid,
        String rootfs,
        Layer layer,
        int shimPid,
        ProcessId engine,
        @Nullable String unsupported,
        boolean mayMount) {
    /** Of a record that does not tell whether it may mount. */
    RunningContainer(
            String id,
            String name,
            String source,
            int pid,
            String rootfs,
            Layer layer,
            int shimPid,
            ProcessId engine,
            @Nullable String unsupported) {
        this(id, name, source, pid, rootfs, layer, shimPid, engine, unsupported, true);
    }

    /** Why those of an engine without root's powers are left alone. */
    static final String ROOTLESS = "rootless engine: told, not touched";

    /** Where its engine mounts what its root is, or is a directory of. */
    String mountPoint() {
        return layer.mountPoint(rootfs);
    }

    /** The same, not to be touched. */
    RunningContainer leftAlone(String why) {
        return new RunningContainer(
                id, name, source, pid, rootfs, new Layer.LeftAlone(why), shimPid, engine, null, mayMount);
    }

    /** With this name. */
    RunningContainer named(String other) {
        return new RunningContainer(id, other, source, pid, rootfs, layer, shimPid, engine, unsupported, mayMount);
    }

    /** With the name it was known by, when who tells of it now does not know names. */
    RunningContainer namedAs(RunningContainer known) {
        return name.isEmpty() ? named(known.name) : this;
    }
}
