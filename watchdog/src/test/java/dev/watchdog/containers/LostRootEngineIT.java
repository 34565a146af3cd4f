package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.docker.Docker;
import dev.watchdog.docker.Dockerd;
import dev.watchdog.docker.SharedDockerd;
import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.FaultCleared;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.testing.NeedsDockerd;
import dev.watchdog.testing.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Lost roots on a real engine, and everything people do with a container afterwards. */
@NeedsDockerd
@ExtendWith(SharedDockerd.class)
class LostRootEngineIT {
    @TempDir
    Path directory;

    @AfterEach
    void removeAll(Dockerd engine) {
        engine.docker().removeAll();
    }

    @Test
    void isHealedAfterUmount(Dockerd engine) throws Exception {
        heals(engine, LostRoot::byUmount);
    }

    @Test
    void isHealedAfterUmountAndRmdir(Dockerd engine) throws Exception {
        heals(engine, LostRoot::byUmountAndRmdir);
    }

    @Test
    void isHealedAfterRmdirFromAnotherNamespace(Dockerd engine) throws Exception {
        heals(engine, LostRoot::byRmdirElsewhere);
    }

    private void heals(Dockerd engine, Consumer<Path> breaking) throws Exception {
        String id = engine.docker().run("lost");
        AfterHealing after = AfterHealing.prepare(engine, id);
        try (PretendRoom room = PretendRoom.of(directory, RepairStep.UNHEARD, engine)) {
            room.awaitState("healthy", id);
            breaking.accept(after.merged());
            room.awaitCount(FaultCleared.class, 1);
            after.allWorks(directory);
            assertThat(room.typesOf(id))
                    .containsExactly(
                            "fault.raised", "action.requested", "action.started", "action.succeeded", "fault.cleared");
        }
        AfterHealing.noForeignNamespaceIsHeld();
    }

    /** The agent may live on while dockerd and containerd move to a new namespace and leave the shims in the old one. */
    @Test
    void isHealedForTheShimAndForDockerdAfterLiveRestoreIntoANewNamespace() throws Exception {
        try (Dockerd engine = Dockerd.launch(Dockerd.Options.SLAVES)) {
            String id = engine.docker().run("moved");
            AfterHealing after = AfterHealing.prepare(engine, id);
            try (PretendRoom room = PretendRoom.of(directory, RepairStep.UNHEARD, engine)) {
                room.awaitState("healthy", id);
                engine.restart();
                room.awaitCount(FaultCleared.class, 1);
                org.awaitility.Awaitility.await()
                        .atMost(PretendRoom.PATIENCE)
                        .untilAsserted(() -> assertThat(AfterHealing.lines(" " + after.merged() + " "))
                                .extracting(AfterHealing.Line::namespace)
                                .contains(
                                        namespace(engine.pid()),
                                        namespace(engine.docker().shimPid(id))));
                after.allWorks(directory);
                assertThat(room.typesOf(id)).as(room.story()).contains("fault.raised");
                assertThat(room.typesOf(id).stream().filter("fault.raised"::equals))
                        .hasSize(room.count(ActionEvent.Succeeded.class));
            }
        }
    }

    private static String namespace(long pid) throws Exception {
        return Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/mnt")).toString();
    }

    @Test
    void aHundredBrokenAtOnceAreAllHealed(Dockerd engine) throws Exception {
        int many = 100;
        Docker docker = engine.docker();
        List<String> ids = start(docker, many);
        List<Path> merged = ids.stream().map(docker::merged).toList();
        try (PretendRoom room = PretendRoom.of(directory, RepairStep.UNHEARD, engine)) {
            room.awaitState("healthy", ids);
            Duration before = room.clock.now().sinceBoot();
            List<String> command = new ArrayList<>(List.of("umount"));
            merged.forEach(path -> command.add(path.toString()));
            Programs.run(command.toArray(String[]::new)).orFail();
            Duration broken = room.clock.now().sinceBoot();
            room.awaitCount(FaultCleared.class, many);
            Duration healed = room.clock.now().sinceBoot();
            System.err.printf(
                    "100 broken within %d ms, all healed %d ms after the last%n",
                    broken.minus(before).toMillis(), healed.minus(broken).toMillis());
            assertThat(room.count(FaultRaised.class)).isEqualTo(many);
            assertThat(room.count(ActionEvent.Succeeded.class)).isEqualTo(many);
            String home = Files.readSymbolicLink(Path.of("/proc/self/ns/mnt")).toString();
            merged.forEach(path -> {
                Map<String, Integer> times = AfterHealing.timesMounted(path);
                assertThat(times).containsKey(home);
                assertThat(times.values()).as("%s", times).containsOnly(1);
            });
        }
        docker.removeAll();
        assertThat(AfterHealing.lines(engine.dataRoot() + "/overlay2/")).isEmpty();
    }

    private static List<String> start(Docker docker, int many) {
        ExecutorService lanes = Executors.newFixedThreadPool(4);
        try {
            List<CompletableFuture<String>> runs = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                String name = "many-" + i;
                runs.add(CompletableFuture.supplyAsync(() -> docker.run(name), lanes));
            }
            return runs.stream().map(CompletableFuture::join).toList();
        } finally {
            lanes.shutdown();
        }
    }

    @Test
    void aFirstProcessThatChrootsIsNoFaultAndGetsItsOwnRootBack(Dockerd engine) throws Exception {
        healsWithItsOwnRoot(
                engine,
                engine.docker()
                        .run(
                                "jailed",
                                "sh",
                                "-c",
                                "mkdir -p /data/bin && /bin/busybox cp /bin/busybox /data/bin/"
                                        + " && exec chroot /data /bin/busybox sleep infinity"));
    }

    @Test
    void aFirstProcessThatChrootsIntoTheHostIsNoFaultAndGetsItsOwnRootBack(Dockerd engine) throws Exception {
        healsWithItsOwnRoot(
                engine,
                engine.docker()
                        .run(
                                "host",
                                List.of("--security-opt", "seccomp=unconfined", "--volume", "/:/host"),
                                "chroot",
                                "/host",
                                "/bin/sleep",
                                "infinity"));
    }

    private void healsWithItsOwnRoot(Dockerd engine, String id) throws Exception {
        Docker docker = engine.docker();
        long init = docker.pid(id);
        org.awaitility.Awaitility.await()
                .atMost(PretendRoom.PATIENCE)
                .until(() ->
                        Files.readString(Path.of("/proc/" + init + "/cmdline")).contains("sleep\0infinity"));
        Path merged = docker.merged(id);
        try (PretendRoom room = PretendRoom.of(directory, RepairStep.UNHEARD, engine)) {
            room.awaitState("healthy", id);
            assertThat(room.room.check().join()).allMatch(dev.watchdog.healing.Finding.Healthy.class::isInstance);
            assertThat(room.events()).as(room.story()).isEmpty();
            Object own = Files.getAttribute(merged, "unix:ino");
            Object device = Files.getAttribute(merged, "unix:dev");
            Programs.run("umount", merged.toString()).orFail();
            room.awaitCount(FaultCleared.class, 1);
            assertThat(Files.getAttribute(merged, "unix:ino")).isEqualTo(own);
            assertThat(Files.getAttribute(merged, "unix:dev")).isEqualTo(device);
            assertThat(room.count(ActionEvent.Succeeded.class)).isEqualTo(1);
        }
        docker.remove(id).orFail();
        assertThat(AfterHealing.lines(merged.resolveSibling("").toString())).isEmpty();
    }
}
