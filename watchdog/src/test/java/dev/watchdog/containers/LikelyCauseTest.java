package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.events.Evidence;
import dev.watchdog.healing.Explanation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LikelyCauseTest {
    private static final String MISSING = Sighting.State.MISSING.words();
    private static final String BARE = Sighting.State.BARE.words();
    private static final String THERE = Sighting.State.PRESENT.words();
    private static final String COVERED = Sighting.State.COVERED.words();
    private static final String EARLY = "2026-01-01T00:00:00Z";
    private static final String MIDDLE = "2026-01-02T00:00:00Z";
    private static final String LATE = "2026-01-03T00:00:00Z";

    private static Map<String, Object> view(String role, long namespace, String sees) {
        return new HashMap<>(Map.of(
                "role", role, "pid", 100 + namespace, "mountNamespace", namespace, "sees", sees, "startedAt", EARLY));
    }

    private static Map<String, Object> view(String role, long namespace, String sees, String more, Object value) {
        Map<String, Object> view = view(role, namespace, sees);
        view.put(more, value);
        return view;
    }

    private static Evidence lost(List<Map<String, Object>> views, List<Map<String, Object>> lostBy) {
        return Evidence.of("lost")
                .with("rootfs", "/var/lib/docker/overlay2/abc/merged")
                .with("containerName", "web")
                .with("containerStartedAt", MIDDLE)
                .with("views", views)
                .with("lostBy", lostBy);
    }

    private static Map<String, Object> by(String name, long pid) {
        return Map.of(
                "mountNamespace",
                1,
                "pid",
                pid,
                "name",
                name,
                "parentPid",
                7,
                "parentName",
                "bash",
                "cgroup",
                "/x.scope");
    }

    private static Map<String, Object> unknown() {
        return Map.of("mountNamespace", 1, "notKnown", "this kernel has no mount events");
    }

    private static Evidence engine(Evidence evidence, String version, boolean liveRestore) {
        return evidence.with("engine", Map.of("version", version, "liveRestore", liveRestore));
    }

    private static void is(Evidence evidence, Cause cause, LikelyCause.Sureness sureness) {
        LikelyCause likely = LikelyCause.of(LossFacts.of(evidence));
        assertThat(likely.cause()).as(likely.because()).isEqualTo(cause);
        assertThat(likely.sureness()).isEqualTo(sureness);
    }

    /** Whoever is named otherwise: nothing was detached. */
    @Test
    void itIsStillThereAndCannotBeReached() {
        String hidden = Sighting.State.HIDDEN.words();
        String dead = Sighting.State.DEAD.words();
        is(
                lost(List.of(view("engine+shim", 1, hidden)), List.of(by("umount", 5))),
                Cause.COVERED,
                LikelyCause.Sureness.CERTAIN);
        is(lost(List.of(view("engine+shim", 1, dead)), List.of()), Cause.FUSE_ENDED, LikelyCause.Sureness.CERTAIN);
    }

    @Test
    void somebodyUnmountedIt() {
        List<Map<String, Object>> views = List.of(view("engine+runtime+shim", 1, BARE));
        is(lost(views, List.of(by("umount", 5))), Cause.UNMOUNTED, LikelyCause.Sureness.CERTAIN);
        is(lost(views, List.of(by("python3", 5))), Cause.UNMOUNTED, LikelyCause.Sureness.CERTAIN);
        is(lost(views, List.of(unknown())), Cause.UNMOUNTED, LikelyCause.Sureness.LIKELY);
        // umount, and the directory went afterwards
        is(
                lost(List.of(view("engine+runtime+shim", 1, MISSING)), List.of(by("umount", 5))),
                Cause.UNMOUNTED,
                LikelyCause.Sureness.CERTAIN);
    }

    @Test
    void theDirectoryWasRemovedElsewhere() {
        List<Map<String, Object>> views = List.of(view("engine+runtime+shim", 1, MISSING));
        is(lost(views, List.of(by("rmdir", 5))), Cause.DIRECTORY_REMOVED, LikelyCause.Sureness.CERTAIN);
        is(lost(views, List.of(by(Witness.EXITED, 5))), Cause.DIRECTORY_REMOVED, LikelyCause.Sureness.LIKELY);
        is(lost(views, List.of(unknown())), Cause.DIRECTORY_REMOVED, LikelyCause.Sureness.POSSIBLE);
    }

    @Test
    void liveRestoreIntoAnotherNamespace() {
        List<Map<String, Object>> views =
                List.of(view("engine", 2, MISSING, "startedAt", LATE), view("runtime+shim", 1, MISSING));
        is(
                engine(lost(views, List.of(by("dockerd", 102))), "20.10.24+dfsg1", true),
                Cause.LIVE_RESTORE,
                LikelyCause.Sureness.CERTAIN);
        is(
                engine(lost(views, List.of(unknown())), "20.10.24+dfsg1", true),
                Cause.LIVE_RESTORE,
                LikelyCause.Sureness.LIKELY);
        // as it is seen while dockerd still takes its containers back: it is not known as the engine yet
        Map<String, Object> elsewhere = new HashMap<>(by("dockerd", 102));
        elsewhere.put("fromMountNamespace", 2);
        List<Map<String, Object>> shim = List.of(view("shim", 1, BARE));
        is(engine(lost(shim, List.of(elsewhere)), "20.10.24", true), Cause.LIVE_RESTORE, LikelyCause.Sureness.CERTAIN);
        is(engine(lost(shim, List.of(elsewhere)), "20.10.24", false), Cause.ENGINE, LikelyCause.Sureness.CERTAIN);
        // the engine is older than the container, or does not live-restore: that cannot be it
        List<Map<String, Object>> old = List.of(view("engine", 2, MISSING), view("runtime+shim", 1, MISSING));
        is(
                engine(lost(old, List.of(unknown())), "20.10.24", true),
                Cause.DIRECTORY_REMOVED,
                LikelyCause.Sureness.POSSIBLE);
        is(
                engine(lost(views, List.of(unknown())), "20.10.24", false),
                Cause.DIRECTORY_REMOVED,
                LikelyCause.Sureness.POSSIBLE);
    }

    @Test
    void anOldEngineUnmountsWhatIsInUse() {
        List<Map<String, Object>> views = List.of(view("engine+runtime+shim", 1, BARE));
        is(
                engine(lost(views, List.of(by("dockerd", 5))), "1.11.1", false),
                Cause.OLD_ENGINE,
                LikelyCause.Sureness.LIKELY);
        is(engine(lost(views, List.of(unknown())), "1.11.1", false), Cause.OLD_ENGINE, LikelyCause.Sureness.POSSIBLE);
        is(engine(lost(views, List.of(by("dockerd", 5))), "1.11.2", false), Cause.ENGINE, LikelyCause.Sureness.CERTAIN);
        is(
                engine(lost(views, List.of(by("anything", 101))), "28.5.2", false),
                Cause.ENGINE,
                LikelyCause.Sureness.CERTAIN);
    }

    @Test
    void theRuntimeNeverHadIt() {
        List<Map<String, Object>> views = List.of(view("engine", 2, THERE), view("runtime+shim", 1, MISSING));
        is(lost(views, List.of(unknown())), Cause.NEVER_THERE, LikelyCause.Sureness.LIKELY);
        is(lost(views, List.of(by("containerd-shim", 5))), Cause.RUNTIME, LikelyCause.Sureness.CERTAIN);
    }

    @Test
    void theDataRootItself() {
        is(
                lost(
                        List.of(view("engine+runtime+shim", 1, MISSING, "layerDirectory", "missing")),
                        List.of(by("umount", 5))),
                Cause.DATA_ROOT,
                LikelyCause.Sureness.LIKELY);
    }

    @Test
    void coveredBySomethingElse() {
        is(
                lost(List.of(view("engine+runtime+shim", 1, COVERED)), List.of()),
                Cause.COVERED,
                LikelyCause.Sureness.CERTAIN);
    }

    @Test
    void evidenceOfAnyShapeIsSurvived() {
        is(Evidence.of("x"), Cause.UNKNOWN, LikelyCause.Sureness.POSSIBLE);
        is(
                Evidence.of("x")
                        .with("views", List.of("no map", Map.of("role", 5, "startedAt", "yesterday")))
                        .with("lostBy", "nobody")
                        .with("engine", Map.of("version", "master", "liveRestore", "yes")),
                Cause.UNKNOWN,
                LikelyCause.Sureness.POSSIBLE);
        assertThat(LossExplanation.of(Evidence.of("x")).who()).isEqualTo("Not known.");
    }

    @Test
    void isToldInPlainWords() {
        Explanation told = LossExplanation.of(engine(
                lost(
                        List.of(view("engine", 2, BARE, "startedAt", LATE), view("runtime+shim", 1, MISSING)),
                        List.of(by("dockerd", 102))),
                "20.10.24",
                true));
        assertThat(told.broken())
                .isEqualTo("The root file system of the container web was not where it belongs, on"
                        + " /var/lib/docker/overlay2/abc/merged: for the engine (process 102, mount namespace 2) there was"
                        + " only an empty directory; for containerd and the container's shim (process 101, mount namespace"
                        + " 1) there was no such directory. The container itself ran on. 'docker exec' fails. 'docker cp'"
                        + " and 'docker exec -u NAME' fail or find an empty directory, and what is copied into the"
                        + " container is lost.");
        assertThat(told.who())
                .isEqualTo("dockerd (process 102), started by bash (process 7), in the control group /x.scope.");
        assertThat(told.cause()).isEqualTo("live-restore-into-another-namespace");
        assertThat(told.sureness()).isEqualTo("certain");
        assertThat(told.because())
                .contains("The engine, running since " + LATE + ", lives in mount namespace 2", "in 1.");
        assertThat(told.prevention()).hasSize(3).first().asString().contains("MountFlags=");
    }
}
