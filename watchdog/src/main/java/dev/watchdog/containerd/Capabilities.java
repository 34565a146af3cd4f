package dev.watchdog.containerd;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The capabilities that a runtime gave to a container's first process, as its configuration lists them: {@code
 * process.capabilities} of an OCI bundle, {@code config.capabilities} of runc's state. Those that the process has now
 * tell less: it may have dropped what others in the container have kept.
 */
public final class Capabilities {
    /** The one that mounting takes, capabilities(7). */
    private static final String MOUNTS = "CAP_SYS_ADMIN";

    private Capabilities() {}

    /**
     * Whether they let a container mount, or do not tell: without a list a runtime takes nothing away.
     *
     * @param sets lists by the name of the set: bounding, effective, inheritable, permitted, ambient
     */
    public static boolean mayMount(JsonNode sets) {
        if (!sets.isObject() || sets.isEmpty()) {
            return true;
        }
        for (JsonNode set : sets) {
            if (!set.isArray() && !set.isNull()) {
                return true;
            }
            for (JsonNode capability : set) {
                if (capability.asText().equalsIgnoreCase(MOUNTS)) {
                    return true;
                }
            }
        }
        return false;
    }
}
