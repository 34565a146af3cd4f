package dev.watchdog.containers;

import dev.watchdog.containers.LossFacts.Doer;
import dev.watchdog.containers.LossFacts.Viewer;
import java.util.List;
import java.util.Set;

/**
 * The cause that explains best what was seen, and how far it can be relied on.
 *
 * @param because why it is thought to be it, a sentence
 */
record LikelyCause(Cause cause, Sureness sureness, String because) {
    /** The kernel names at most 15 bytes. */
    private static final Set<String> ENGINES = Set.of("dockerd", "docker", "docker-current", "dockerd-current");

    private static final Set<String> UNMOUNTERS =
            Set.of("umount", "systemd", "systemd-umount", "fusermount", "nsenter");

    /** How far it can be relied on. */
    enum Sureness {
        CERTAIN("certain"),
        LIKELY("likely"),
        POSSIBLE("possible");

        private final String word;

        Sureness(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    static LikelyCause of(LossFacts facts) {
        List<Viewer> wrong = facts.wrong();
        if (wrong.stream().anyMatch(each -> each.sees(Sighting.State.DEAD))) {
            return new LikelyCause(
                    Cause.FUSE_ENDED, Sureness.CERTAIN, "Its file system did not answer, and nobody serves it.");
        }
        if (wrong.stream().anyMatch(each -> each.sees(Sighting.State.COVERED))) {
            return new LikelyCause(Cause.COVERED, Sureness.CERTAIN, "Another mount was seen at the rootfs path.");
        }
        if (wrong.stream().anyMatch(each -> each.sees(Sighting.State.HIDDEN))) {
            return new LikelyCause(
                    Cause.COVERED,
                    Sureness.CERTAIN,
                    "Another mount was seen over a directory above the rootfs path, such as the engine's data root.");
        }
        if (!wrong.isEmpty() && wrong.stream().allMatch(Viewer::layerGone)) {
            return new LikelyCause(
                    Cause.DATA_ROOT,
                    Sureness.LIKELY,
                    "Not even the directory above the rootfs path was to be seen where the root was missing.");
        }
        return facts.doer().map(doer -> byDoer(facts, doer)).orElseGet(() -> byTraces(facts));
    }

    private static LikelyCause byDoer(LossFacts facts, Doer doer) {
        boolean engine = ENGINES.contains(doer.name())
                || facts.viewer("engine").map(each -> each.pid() == doer.pid()).orElse(false);
        if (engine) {
            return byEngine(facts, doer);
        }
        if (doer.name().startsWith("containerd") || doer.name().startsWith("docker-containerd")) {
            return new LikelyCause(
                    Cause.RUNTIME, Sureness.CERTAIN, "The kernel named " + doer.name() + " as who detached the mount.");
        }
        boolean missing = facts.wrong().stream().anyMatch(each -> each.sees(Sighting.State.MISSING));
        String named = doer.name().equals(Witness.EXITED)
                ? "The kernel named a process that is no part of Docker as who detached the mount"
                : "The kernel named " + doer.name() + " as who detached the mount";
        if (!missing || UNMOUNTERS.contains(doer.name())) {
            return new LikelyCause(Cause.UNMOUNTED, Sureness.CERTAIN, named + ".");
        }
        return new LikelyCause(
                Cause.DIRECTORY_REMOVED,
                doer.name().equals(Witness.EXITED) ? Sureness.LIKELY : Sureness.CERTAIN,
                named + ", and the directory it was on is gone as well.");
    }

    private static LikelyCause byEngine(LossFacts facts, Doer doer) {
        if (facts.liveRestore() && (facts.isApart() || doer.isElsewhere())) {
            return new LikelyCause(
                    Cause.LIVE_RESTORE,
                    Sureness.CERTAIN,
                    "The kernel named dockerd as who detached the mount; live-restore is on and dockerd runs in another"
                            + " mount namespace than the one that lost the root.");
        }
        if (facts.isOlderThan(1, 11, 2)) {
            return new LikelyCause(
                    Cause.OLD_ENGINE,
                    Sureness.LIKELY,
                    "The kernel named dockerd as who detached the mount, and its version is " + facts.engineVersion()
                            + ".");
        }
        return new LikelyCause(Cause.ENGINE, Sureness.CERTAIN, "The kernel named dockerd as who detached the mount.");
    }

    private static LikelyCause byTraces(LossFacts facts) {
        if (facts.isApart() && facts.liveRestore() && facts.isEngineYounger()) {
            return new LikelyCause(
                    Cause.LIVE_RESTORE,
                    Sureness.LIKELY,
                    "Live-restore is on, dockerd was started after the container, and it runs in another mount namespace"
                            + " than the container's shim.");
        }
        boolean engineSees = facts.viewer("engine").map(each -> !each.isWrong()).orElse(false);
        if (facts.isApart() && engineSees) {
            return new LikelyCause(
                    Cause.NEVER_THERE,
                    Sureness.LIKELY,
                    "dockerd sees the root; who does not runs in another mount namespace.");
        }
        if (facts.isOlderThan(1, 11, 2)) {
            return new LikelyCause(
                    Cause.OLD_ENGINE, Sureness.POSSIBLE, "The engine's version is " + facts.engineVersion() + ".");
        }
        List<Viewer> wrong = facts.wrong();
        if (!wrong.isEmpty() && wrong.stream().allMatch(each -> each.sees(Sighting.State.BARE))) {
            return new LikelyCause(
                    Cause.UNMOUNTED,
                    Sureness.LIKELY,
                    "The directory is still there and only the mount is gone, as after 'umount'.");
        }
        if (!wrong.isEmpty() && wrong.stream().allMatch(each -> each.sees(Sighting.State.MISSING))) {
            return new LikelyCause(
                    Cause.DIRECTORY_REMOVED,
                    Sureness.POSSIBLE,
                    "Directory and mount are both gone wherever the root is missing.");
        }
        return new LikelyCause(Cause.UNKNOWN, Sureness.POSSIBLE, "None of the known causes fits what was seen.");
    }
}
