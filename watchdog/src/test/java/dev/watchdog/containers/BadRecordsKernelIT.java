package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.docker.ContainerRecord;
import dev.watchdog.docker.ContainerRef;
import dev.watchdog.docker.Engine;
import dev.watchdog.docker.EngineInfo;
import dev.watchdog.docker.EngineListener;
import dev.watchdog.docker.MadeUpFailure;
import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.FaultCleared;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.healing.Finding;
import dev.watchdog.healing.Mode;
import dev.watchdog.linux.PretendContainer;
import dev.watchdog.linux.PretendContainer.Second;
import dev.watchdog.linux.TrustedProcess;
import dev.watchdog.testing.NeedsRoot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An engine whose records are wrong or hostile: told, and nothing is done. */
@NeedsRoot
class BadRecordsKernelIT {
    private static final String ID = "6b".repeat(32);
    private static final String LAYER = "/var/lib/docker/overlay2/L1";

    @TempDir
    Path directory;

    /** Has one container, and answers at once; and others, of which it says nothing that could be read. */
    private record Fixed(ContainerRecord container, List<String> unreadable) implements Engine {
        static final String WHY = "too much of it";

        Fixed(ContainerRecord container) {
            this(container, List.of());
        }

        @Override
        public String address() {
            return "unix:///fixed";
        }

        @Override
        public CompletableFuture<EngineInfo> info() {
            return CompletableFuture.failedFuture(new UnsupportedOperationException());
        }

        @Override
        public CompletableFuture<List<ContainerRef>> running() {
            List<ContainerRef> all = new ArrayList<>();
            unreadable.forEach(id -> all.add(new ContainerRef(id, "odd")));
            all.add(new ContainerRef(container.id(), container.name()));
            return CompletableFuture.completedFuture(all);
        }

        @Override
        public CompletableFuture<ContainerRecord> inspect(String id) {
            return unreadable.contains(id)
                    ? CompletableFuture.failedFuture(MadeUpFailure.garbage(WHY))
                    : CompletableFuture.completedFuture(container);
        }

        @Override
        public Runnable watch(EngineListener listener) {
            listener.connected(false);
            return () -> {};
        }

        @Override
        public void close() {
            // holds nothing
        }
    }

    private static ContainerRecord container(String name, long pid, String merged, String upper) {
        return new ContainerRecord(
                ID,
                name,
                pid,
                true,
                false,
                Instant.EPOCH,
                "overlay2",
                Map.of("MergedDir", merged, "UpperDir", upper),
                false,
                "",
                "",
                false);
    }

    private void isToldAndLeftAlone(ContainerRecord container) throws Exception {
        List<String> before = mounts();
        Path journal = Files.createTempDirectory(directory, "journal");
        Process root = new ProcessBuilder("sleep", "infinity").start();
        EngineIdentity proven = new EngineIdentity("unix:///fixed", socket -> TrustedProcess.prove((int) root.pid()));
        try (PretendRoom room = new PretendRoom(
                journal,
                Mode.HEAL,
                RepairStep.UNHEARD,
                (context, threads) ->
                        List.of(new EngineSource(new Fixed(container), threads, new StateFiles(), proven)))) {
            await().atMost(PretendRoom.PATIENCE)
                    .until(() -> room.room.inventory().stream()
                            .anyMatch(line -> line.details().containsKey("why")));
            assertThat(room.room.check().join()).allMatch(Finding.Unknown.class::isInstance);
            assertThat(room.count(FaultRaised.class)).as(room.story()).isZero();
            assertThat(room.count(ActionEvent.Requested.class)).isZero();
        } finally {
            root.destroyForcibly().waitFor();
        }
        assertThat(mounts()).containsExactlyElementsOf(before);
    }

    /** All but those of engines that other tests may run. */
    private static List<String> mounts() throws Exception {
        return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                .filter(line -> !line.contains("/tmp/wd-dockerd-"))
                .toList();
    }

    @Test
    void pathsThatAreNoLayersAreNeverMountedOn() throws Exception {
        long pid = ProcessHandle.current().pid();
        for (String merged :
                List.of("/", "/etc", "", "/var/../etc/overlay2/L1/merged", "/var//lib/overlay2/L1/merged")) {
            isToldAndLeftAlone(container("odd", pid, merged, LAYER + "/diff"));
        }
    }

    @Test
    void processesThatAreNotTheContainersProveNothing() throws Exception {
        for (long pid : new long[] {0, 1, -1, ProcessHandle.current().pid(), Long.MAX_VALUE}) {
            isToldAndLeftAlone(container("odd", pid, LAYER + "/merged", LAYER + "/diff"));
        }
    }

    /** Its labels may be more than anybody reads: that is its own trouble. */
    @Test
    void whatTheEngineTellsOfOneHidesNoOther() throws Exception {
        List<String> odd = List.of("1c".repeat(32), "2d".repeat(32));
        EngineIdentity proven = new EngineIdentity(
                "unix:///fixed",
                socket -> TrustedProcess.prove((int) ProcessHandle.current().pid()));
        try (PretendContainer pretend = PretendContainer.make(Second.NONE)) {
            RunningContainer real = new PretendSource(pretend).container();
            Path layer = Files.createDirectories(directory.resolve("data/overlay2/L1"));
            ContainerRecord good = container(
                    "good",
                    real.pid(),
                    layer.resolve("merged").toString(),
                    layer.resolve("diff").toString());
            try (PretendRoom room = new PretendRoom(
                    directory.resolve("journal"),
                    Mode.HEAL,
                    RepairStep.UNHEARD,
                    (context, threads) ->
                            List.of(new EngineSource(new Fixed(good, odd), threads, new StateFiles(), proven)))) {
                room.awaitState("unknown", List.of(odd.get(0), odd.get(1), ID));
                room.room
                        .inventory()
                        .forEach(line -> assertThat(line.details().get("why"))
                                .isEqualTo(
                                        line.subject().id().equals(ID)
                                                ? "its root's upper directory is not the one on its engine's record"
                                                : Fixed.WHY));
            }
        }
    }

    /** What people call a container is text and nothing else. */
    @Test
    void namesOfAnyKindAreHealedAndTold() throws Exception {
        String name = "a\"b'c\n\u001b[31m;$(reboot)\u0000\ud800\u202e";
        try (PretendContainer container = PretendContainer.make(Second.NONE)) {
            RunningContainer real = new PretendSource(container).container();
            RunningContainer odd = new RunningContainer(
                    real.id(),
                    name,
                    real.source(),
                    real.pid(),
                    real.rootfs(),
                    real.layer(),
                    real.shimPid(),
                    real.engine(),
                    null);
            try (PretendRoom room = new PretendRoom(
                    directory, Mode.HEAL, RepairStep.UNHEARD, (context, threads) -> List.of(new OneContainer(odd)))) {
                room.awaitState("healthy", odd.id());
                container.loseMount(true);
                room.awaitCount(FaultCleared.class, 1);
                assertThat(room.told(FaultRaised.class).get(0).evidence().facts())
                        .containsKey("containerName");
            }
        }
    }
}
