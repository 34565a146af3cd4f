package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.FaultCleared;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.healing.Answer;
import dev.watchdog.healing.Mode;
import dev.watchdog.linux.InsideContainer;
import dev.watchdog.linux.Moment;
import dev.watchdog.linux.PretendContainer;
import dev.watchdog.linux.PretendContainer.Second;
import dev.watchdog.linux.Processes;
import dev.watchdog.testing.NeedsRoot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole way from a lost mount to the proof, in private namespaces. */
@NeedsRoot
class RestoreRootfsKernelIT {
    private static final String ID = "0d0e0a0d".repeat(8);

    @TempDir
    Path directory;

    @Test
    void bringsBackARootHoweverItWasLost() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                PretendRoom room = room(container, Mode.HEAL)) {
            container.write("data", "kept");
            int healed = 0;
            for (boolean alsoDirectory : new boolean[] {true, false, true}) {
                container.loseMount(alsoDirectory);
                room.awaitCount(FaultCleared.class, ++healed);
            }
            assertThat(room.count(ActionEvent.Succeeded.class)).isEqualTo(3);
            assertThat(container.read("data")).isEqualTo("kept");
            assertThat(mounted(container)).containsExactly(1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PRIVATE", "SLAVE"})
    void mendsBothNamespacesOnce(Second second) throws Exception {
        try (PretendContainer container = PretendContainer.make(second);
                PretendRoom room = room(container, Mode.HEAL)) {
            // with its directory it vanishes from a private namespace as well
            container.loseMount(true);
            room.awaitCount(FaultCleared.class, 1);
            assertThat(mounted(container)).as(room.story()).containsExactly(1, 1);
            Object placed = room.told(ActionEvent.Succeeded.class)
                    .get(0)
                    .result()
                    .facts()
                    .get("placedFor");
            assertThat((List<?>) placed).hasSize(second == Second.SLAVE ? 1 : 2);
        }
    }

    /** Whoever takes the mount away and then its directory may come between any two steps of the repair. */
    @Test
    void makesADirectoryAnewThatIsRemovedDuringTheRepair() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE)) {
            Path leaf = Path.of("/proc/" + container.runner() + "/root" + container.rootfs());
            AtomicInteger removed = new AtomicInteger();
            try (PretendRoom room = room(container, Mode.HEAL, step -> {
                if (step == RepairStep.DIRECTORY_OPEN
                        && removed.get() < 2
                        && leaf.toFile().delete()) {
                    removed.incrementAndGet();
                }
            })) {
                container.loseMount(false);
                room.awaitCount(FaultCleared.class, 1);
                assertThat(removed).hasValue(2);
                // in one repair, not in one after a cool-down
                assertThat(room.count(ActionEvent.Started.class)).isEqualTo(1);
                assertThat(room.count(ActionEvent.Succeeded.class)).isEqualTo(1);
                assertThat(mounted(container)).containsExactly(1);
            }
        }
    }

    @Test
    void tellsWhatCoversARootAndLeavesItAlone() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                PretendRoom room = room(container, Mode.HEAL)) {
            container.cover();
            room.awaitCount(FaultRaised.class, 1);
            Map<String, Object> facts =
                    room.told(FaultRaised.class).get(0).evidence().facts();
            assertThat(String.valueOf(facts.get("views"))).contains("coveredBy=tmpfs cover");
            assertThat(facts).containsKey("notMended");
            assertThat(room.room.check().join()).hasSize(1);
            assertThat(room.count(ActionEvent.Requested.class)).isZero();
            assertThat(mounted(container)).containsExactly(2);
        }
    }

    /** An engine is restarted within the second in which it started a container: which came first tells the cause. */
    @Test
    void tellsToTheHundredthWhenAContainerBegan() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                PretendRoom room = room(container, Mode.OBSERVE)) {
            Moment now = room.clock.now();
            Instant began = now.wall().minus(now.sinceBoot()).plus(Processes.startedAfterBoot(container.init()));
            container.loseMount(true);
            room.awaitCount(FaultRaised.class, 1);
            Object told = room.told(FaultRaised.class).get(0).evidence().facts().get("containerStartedAt");
            assertThat(Instant.parse(String.valueOf(told))).isCloseTo(began, within(10, ChronoUnit.MILLIS));
        }
    }

    @Test
    void mountsNothingThroughASymlink() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                PretendRoom room = room(container, Mode.OBSERVE)) {
            container.loseMount(true);
            room.awaitCount(ActionEvent.Refused.class, 1);
            Path leaf = Path.of("/proc/" + container.runner() + "/root" + container.rootfs());
            Files.createSymbolicLink(leaf, Path.of("/"));
            Verdict verdict = room.room
                    .threads()
                    .here(PretendRoom.PATIENCE, () -> RootProbe.look(watched(room)))
                    .join();
            assertThat(((Verdict.Lost) verdict).mendable()).isFalse();
            assertThat(room.ask("heal", Map.of("fault", "f1"), "test").status()).isNotEmpty();
            await().atMost(PretendRoom.PATIENCE)
                    .until(() -> room.typesOf(ID).stream().anyMatch(type -> type.matches("action\\.(failed|undone)")));
            assertThat(mounted(container)).containsExactly(0);
            assertThat(leaf).isSymbolicLink();
        }
    }

    @Test
    void observesAndDoesNothing() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                PretendRoom room = room(container, Mode.OBSERVE)) {
            container.loseMount(false);
            room.awaitCount(ActionEvent.Refused.class, 1);
            assertThat(room.count(ActionEvent.Started.class)).isZero();
            assertThat(mounted(container)).containsExactly(0);
        }
    }

    @Test
    void proposesAndHealsWhenApproved() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                PretendRoom room = room(container, Mode.PROPOSE)) {
            container.loseMount(true);
            room.awaitCount(ActionEvent.Held.class, 1);
            assertThat(mounted(container)).containsExactly(0);
            String action = room.told(ActionEvent.Held.class).get(0).action();
            room.ask("approve", Map.of("action", action), "a person says so");
            room.awaitCount(FaultCleared.class, 1);
            assertThat(mounted(container)).containsExactly(1);
        }
    }

    @Test
    void proposesAndLeavesItWhenRejected() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                PretendRoom room = room(container, Mode.PROPOSE)) {
            container.loseMount(false);
            room.awaitCount(ActionEvent.Held.class, 1);
            String action = room.told(ActionEvent.Held.class).get(0).action();
            room.ask("reject", Map.of("action", action), "a person says no");
            room.awaitCount(ActionEvent.Refused.class, 1);
            assertThat(room.count(ActionEvent.Started.class)).isZero();
            assertThat(mounted(container)).containsExactly(0);
        }
    }

    @Test
    void whatWasSeenDuringAPauseIsHealedAfterIt() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                PretendRoom room = room(container, Mode.HEAL)) {
            Answer paused = room.ask("pause", Map.of("for", "PT10M"), "maintenance");
            container.loseMount(true);
            room.awaitCount(ActionEvent.Held.class, 1);
            assertThat(room.told(ActionEvent.Held.class).get(0).gate())
                    .as("%s", paused)
                    .isEqualTo("pause");
            assertThat(mounted(container)).containsExactly(0);
            room.ask("resume", Map.of(), "done");
            room.awaitCount(FaultCleared.class, 1);
            assertThat(mounted(container)).containsExactly(1);
        }
    }

    @Test
    void aContainerThatHasEndedIsGoneAndItsFaultWithIt() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                PretendRoom room = room(container, Mode.OBSERVE)) {
            container.loseMount(false);
            room.awaitCount(ActionEvent.Refused.class, 1);
            ProcessHandle.of(container.init()).orElseThrow().destroyForcibly();
            await().atMost(PretendRoom.PATIENCE)
                    .pollInterval(java.time.Duration.ofMillis(50))
                    .until(() -> {
                        // any change of the mount table makes it look again
                        container.cover();
                        return room.count(FaultCleared.class) == 1;
                    });
            assertThat(room.told(FaultCleared.class).get(0).reason()).isEqualTo("gone");
            assertThat(room.room.inventory()).isEmpty();
        }
    }

    /** A clone that a killed agent left, of a container that has ended since, is taken away; a live one's is not. */
    @ParameterizedTest
    @EnumSource(names = {"NONE", "PRIVATE"})
    void tidiesWhatAKilledAgentLeft(Second second) throws Exception {
        try (PretendContainer container = PretendContainer.make(second);
                PretendRoom room = room(container, Mode.OBSERVE)) {
            container.loseMount(true);
            room.awaitCount(ActionEvent.Refused.class, 1);
            Watched watched = watched(room);
            Plan plan = new Plan(
                    watched.rootfs(),
                    watched.mountPoint(),
                    watched.identity().root().major(),
                    watched.identity().root().minor(),
                    watched.identity().root().inode(),
                    watched.init().pid(),
                    watched.viewers().stream()
                            .map(each -> new Plan.Place(
                                    each.role(), each.view().pid(), each.view().namespace()))
                            .toList());
            room.ask("heal", Map.of("fault", "f1"), "test");
            room.awaitCount(FaultCleared.class, 1);
            int namespaces = plan.viewers().size();
            assertThat(mounted(container)).hasSize(namespaces).containsOnly(1);
            assertThat(tidy(plan)).isZero();
            assertThat(mounted(container)).hasSize(namespaces).containsOnly(1);
            ProcessHandle.of(container.init()).orElseThrow().destroyForcibly();
            await().atMost(PretendRoom.PATIENCE)
                    .until(() -> watched.init().isClosed() || watched.init().exited());
            assertThat(tidy(plan)).isEqualTo(namespaces);
            assertThat(mounted(container)).hasSize(namespaces).containsOnly(0);
        }
    }

    /** Who may mount can mount over its root; it lives there nevertheless. */
    @Test
    void tidiesNothingOfAContainerThatHasMountedOverItsRoot() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                PretendRoom room = room(container, Mode.OBSERVE);
                InsideContainer inside = InsideContainer.of(container.init())) {
            Watched watched = watched(room);
            Plan plan = Plan.of(
                    watched,
                    new Verdict.Lost(List.of(Sighting.of(watched.viewers().get(0), watched.identity(), null))));
            inside.tmpfs("/");
            assertThat(tidy(plan)).isZero();
            assertThat(mounted(container)).containsExactly(1);
        }
    }

    private static int tidy(Plan plan) {
        try (dev.watchdog.linux.MountNamespaces threads = new dev.watchdog.linux.MountNamespaces(1, 4);
                Views views = new Views()) {
            return threads.visit(PretendRoom.PATIENCE, visit -> new Leftovers(views).tidy(visit, plan))
                    .join();
        }
    }

    private static Watched watched(PretendRoom room) {
        return java.util.Objects.requireNonNull(room.room.watchlist().find(ID));
    }

    /** How many mounts there are at the rootfs path, in each of the namespaces that need it. */
    private static List<Integer> mounted(PretendContainer container) throws Exception {
        List<Integer> pids = container.second() == container.runner()
                ? List.of(container.runner())
                : List.of(container.runner(), container.second());
        List<Integer> counts = new java.util.ArrayList<>();
        for (int pid : pids) {
            counts.add((int) Files.readAllLines(Path.of("/proc/" + pid + "/mountinfo")).stream()
                    .filter(line -> line.contains(" " + container.rootfs() + " "))
                    .count());
        }
        return counts;
    }

    private PretendRoom room(PretendContainer container, Mode mode) throws Exception {
        return room(container, mode, RepairStep.UNHEARD);
    }

    private PretendRoom room(PretendContainer container, Mode mode, Consumer<RepairStep> steps) throws Exception {
        PretendRoom room =
                new PretendRoom(directory, mode, steps, (context, threads) -> List.of(new PretendSource(container)));
        room.awaitState("healthy", ID);
        return room;
    }
}
