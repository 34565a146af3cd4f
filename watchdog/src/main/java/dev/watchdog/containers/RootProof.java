package dev.watchdog.containers;

import dev.watchdog.linux.MountEntry;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether what a container seems to live on is its own root: what its runtime mounted before its first
 * instruction. Pure.
 *
 * <p>Text proves nothing against who may mount: an overlay of any directories can have the upper directory's path of
 * another one among its options. What proves is that the engine's own processes, in a namespace where no container
 * mounts, see that very directory at the path where the engine puts this container's root. When that was lost before
 * anybody looked, the engine's record proves, as long as the container could not have mounted anything itself: that
 * takes CAP_SYS_ADMIN in the user namespace that its mount namespace belongs to (mount_namespaces(7)).
 */
final class RootProof {
    /** Not restart: an engine that has lost a root cannot restart what ran on it, and leaves it stopped. */
    private static final String WAY_OUT = ": stop and start the container when that suits";

    private RootProof() {}

    /** What containerd's own records say of what is at / of its namespace. */
    enum Recorded {
        /** They name it. */
        NAMED,
        /** They do not, or nobody keeps any. */
        NOT_NAMED,
        /** Who keeps them is not there to be asked. */
        AWAY
    }

    /**
     * What was found out about a container whose root its engine's processes do not see.
     *
     * @param mayMount it was given CAP_SYS_ADMIN, or its record does not tell
     * @param hostsUsers its mount namespace belongs to the user namespace of the host, not to one that it may have made
     * @param untouched its first process lives on the same mount that is at / of its namespace: nothing is mounted over it
     * @param upperSeen its engine's processes see the upper directory on record
     * @param recorded what containerd's own records say
     */
    record Circumstances(
            boolean mayMount, boolean hostsUsers, boolean untouched, boolean upperSeen, Recorded recorded) {}

    /**
     * Why what is at / of its namespace is not believed to be its root; null when it is. Only for when no process of its
     * engine's sees the root: then only the record is left, and what is at that place must have got there before the
     * container could do anything.
     *
     * @param mapperName what device-mapper calls its block device; empty when it is none of its devices
     */
    static @Nullable String objection(Layer layer, MountEntry root, String mapperName, Circumstances found) {
        String wrong = layer.objection(root, mapperName);
        if (wrong != null || layer.isNamedByKernel()) {
            return wrong;
        }
        if (found.mayMount()) {
            return "its root was lost before it was first looked at, and it may mount (CAP_SYS_ADMIN), so what is at /"
                    + " in it now proves nothing" + WAY_OUT;
        }
        if (!found.hostsUsers()) {
            return "its root was lost before it was first looked at, and its mount namespace belongs to a user namespace"
                    + " of its own, in which it may mount" + WAY_OUT;
        }
        if (!found.untouched()) {
            return "its root was lost before it was first looked at, and its first process does not live where its"
                    + " runtime put it" + WAY_OUT;
        }
        if (layer instanceof Layer.Overlay && !found.upperSeen()) {
            return "its root was lost before it was first looked at, and the upper directory on its engine's record is"
                    + " not there" + WAY_OUT;
        }
        if (layer.isNamed() || found.recorded() == Recorded.NAMED) {
            return null;
        }
        return found.recorded() == Recorded.AWAY
                ? "its root was lost before it was first looked at, and its containerd is away, whose records tell"
                        + " whose it is: start containerd, it is looked at again then"
                : "nothing on record names its root, and it was lost before it was first looked at" + WAY_OUT;
    }
}
