package dev.watchdog.containers;

import dev.watchdog.linux.KernelAbilities;
import org.jspecify.annotations.Nullable;

/**
 * What this host's kernel lets the agent do about a lost root, as the rehearsal found. What was not rehearsed with
 * success is not tried.
 *
 * @param cannotLook why nothing can be proved, so that nothing is done; null when it can
 * @param cannotClone why no mount can be cloned; null when one can
 * @param cannotMount why no device can be mounted; null when one can
 */
record Mending(
        @Nullable String cannotLook,
        @Nullable String cannotClone,
        @Nullable String cannotMount) {
    /** The ways, each with what it does to a mount point, in words. */
    enum Means {
        /** The container's own mount, once more. */
        CLONE("clone the container's own root mount onto"),
        /** The container's own device, proved before it is attached. */
        DEVICE("mount the container's own device on"),
        /** The same by mount(2), which attaches at once: proved afterwards (before Linux 5.2). */
        DEVICE_AT_ONCE("mount the container's own device on"),
        /**
         * The directory alone: runc changes into it for each exec and needs no more, while a second overlay on the same
         * directories would be undefined behaviour (before Linux 5.2).
         */
        DIRECTORY("make the directory again, so that docker exec works, at");

        private final String words;

        Means(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    static Mending of(KernelAbilities able) {
        return new Mending(why(able.missingToProve()), why(able.missingToClone()), why(able.missingToMountDevice()));
    }

    static Mending impossible(String why) {
        return new Mending(why, why, why);
    }

    private static @Nullable String why(String missing) {
        return missing.isEmpty() ? null : "this kernel or its seccomp filter lacks " + missing;
    }

    /** How such a root is put back here; null when nothing can be done about it. */
    @Nullable Means means(RootIdentity identity) {
        if (cannotLook != null) {
            return null;
        }
        if (identity.isSubdirectory()) {
            return cannotClone == null ? Means.DEVICE : cannotMount == null ? Means.DEVICE_AT_ONCE : null;
        }
        return cannotClone == null ? Means.CLONE : Means.DIRECTORY;
    }

    /** Why nothing is done about this loss; null when something is. */
    @Nullable String obstacle(RootIdentity identity, Verdict.Lost lost) {
        if (lost.wrong().stream().anyMatch(each -> each.state() == Sighting.State.DEAD)) {
            return "a file system whose program has ended is not brought back by mounting it: stop and start the"
                    + " container ('docker restart' fails)";
        }
        if (!lost.mendable()) {
            return "what is in its place is never unmounted by the agent";
        }
        Means means = means(identity);
        boolean inVain = means == Means.DIRECTORY
                && lost.wrong().stream().noneMatch(each -> each.state() == Sighting.State.MISSING);
        return means == null || inVain ? identity.isSubdirectory() ? cannotMount : cannotClone : null;
    }
}
