package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.docker.Docker;
import dev.watchdog.docker.Dockerd;
import dev.watchdog.docker.SharedDockerd;
import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.FaultCleared;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.linux.InsideContainer;
import dev.watchdog.linux.InsideContainer.Propagation;
import dev.watchdog.linux.Racer;
import dev.watchdog.testing.NeedsDockerd;
import dev.watchdog.testing.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Containers of a real engine whose root may mount, and does all that this allows. */
@NeedsDockerd
@ExtendWith(SharedDockerd.class)
class HostileContainerEngineIT {
    private static final List<String> MAY_MOUNT = List.of(
            "--cap-add", "SYS_ADMIN", "--security-opt", "seccomp=unconfined", "--security-opt", "apparmor=unconfined");
    private static final String FORGED = "FORGED";
    private static final int LOSSES = Boolean.getBoolean("watchdog.long") ? 1_000 : 40;

    @TempDir
    Path directory;

    @AfterEach
    void removeAll(Dockerd engine) {
        engine.docker().removeAll();
    }

    /** What of the host's mounts is at a container's rootfs path and below. */
    private static List<String> hosts(Path merged) throws IOException {
        return seen(ProcessHandle.current().pid(), merged);
    }

    private static List<String> seen(long pid, Path merged) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/mountinfo")).stream()
                .filter(line -> line.contains(" " + merged + " ") || line.contains(" " + merged + "/"))
                .toList();
    }

    private static InsideContainer inside(Docker docker, String id) throws IOException {
        return InsideContainer.of((int) docker.pid(id));
    }

    private static String upper(Docker docker, String id) {
        return docker.inspect(id, ".GraphDriver.Data.UpperDir");
    }

    @Test
    void aRootThatIsSharedSharesNothingAfterItWasHealed(Dockerd engine) throws Exception {
        sharesNothing(engine, MAY_MOUNT);
    }

    /** Its flags are locked, and its mounts belong to other users than the agent's copies. */
    @Test
    void noneDoesInAUserNamespaceOfItsOwn() throws Exception {
        try (Dockerd engine =
                Dockerd.launch(new Dockerd.Options(false, true, false, List.of("--userns-remap=daemon:daemon")))) {
            sharesNothing(engine, MAY_MOUNT);
        }
    }

    private void sharesNothing(Dockerd engine, List<String> options) throws Exception {
        Docker docker = engine.docker();
        String id = docker.run("shared", options);
        Path merged = docker.merged(id);
        List<String> before = seen(engine.pid(), merged);
        AfterHealing after = AfterHealing.prepare(engine, id);
        try (PretendRoom room = PretendRoom.of(Files.createTempDirectory(directory, "j"), RepairStep.UNHEARD, engine);
                InsideContainer inside = inside(docker, id)) {
            room.awaitState("healthy", id);
            inside.propagate("/", Propagation.SHARED);
            inside.attributes("/", InsideContainer.FLAGGED);
            unmount(engine, merged);
            room.awaitCount(FaultCleared.class, 1);
            List<String> healed = seen(engine.pid(), merged);
            assertThat(healed).hasSameSizeAs(before);
            assertThat(options(healed)).isEqualTo(options(before));
            int own = inside.mounts().size();
            for (int i = 0; i < 20; i++) {
                inside.tmpfs("/tmp/" + i);
            }
            assertThat(seen(engine.pid(), merged)).isEqualTo(healed);
            unmount(engine, merged);
            room.awaitCount(FaultCleared.class, 2);
            assertThat(inside.mounts()).hasSize(own + 20);
            assertThat(seen(engine.pid(), merged)).hasSameSizeAs(before);
            after.works(directory);
        }
        after.removes();
    }

    private static void unmount(Dockerd engine, Path merged) {
        Programs.run("nsenter", "-t", String.valueOf(engine.pid()), "-m", "umount", merged.toString())
                .orFail();
    }

    private static List<String> options(List<String> lines) {
        return lines.stream().map(line -> line.split(" ", -1)[5]).toList();
    }

    @Test
    void anOverlayOverItsRootIsNoFaultAndIsNeverMounted(Dockerd engine) throws Exception {
        Docker docker = engine.docker();
        String id = docker.run("forged", MAY_MOUNT);
        Path merged = docker.merged(id);
        Object own = Files.getAttribute(merged, "unix:ino");
        try (InsideContainer inside = inside(docker, id)) {
            inside.forgeRoot(upper(docker, id), FORGED);
            try (PretendRoom room = PretendRoom.of(directory, RepairStep.UNHEARD, engine)) {
                room.awaitState("healthy", id);
                assertThat(room.count(FaultRaised.class)).as(room.story()).isZero();
                LostRoot.byUmount(merged);
                room.awaitCount(FaultCleared.class, 1);
                assertThat(merged.resolve(FORGED)).doesNotExist();
                assertThat(Files.getAttribute(merged, "unix:ino")).isEqualTo(own);
                assertThat(hosts(merged)).hasSize(1);
            }
        }
    }

    /** Nothing proves what it lives on but the engine's word for what it was given, until its engine mounts it anew. */
    @Test
    void oneThatMayMountAndWasLostBeforeIsToldUntilItIsStartedAnew(Dockerd engine) throws Exception {
        Docker docker = engine.docker();
        String id = docker.run("lost", MAY_MOUNT);
        String plain = docker.run("plain");
        LostRoot.byUmount(docker.merged(id));
        LostRoot.byUmount(docker.merged(plain));
        try (PretendRoom room = PretendRoom.of(directory, RepairStep.UNHEARD, engine)) {
            room.awaitCount(FaultCleared.class, 1);
            assertThat(room.typesOf(plain)).contains("action.succeeded");
            room.awaitState("unknown", id);
            assertThat(room.room.inventory())
                    .filteredOn(line -> line.subject().id().equals(id))
                    .singleElement()
                    .satisfies(line -> assertThat(line.details().get("why"))
                            .contains("CAP_SYS_ADMIN")
                            .contains("stop and start the container"));
            assertThat(hosts(docker.merged(id))).isEmpty();
            docker.command("stop", "--time", "0", id).orFail();
            docker.command("start", id).orFail();
            room.awaitState("healthy", id, plain);
            assertThat(room.typesOf(id)).doesNotContain("action.requested");
        }
    }

    /** Losses without end while its root does all it can, and while it dies and is started again; once it has chrooted. */
    @Test
    void whateverItDoesOnlyItsOwnRootIsMounted(Dockerd engine) throws Exception {
        long seed = Long.getLong("watchdog.seed", System.nanoTime());
        Random random = new Random(seed);
        Docker docker = engine.docker();
        String id = docker.run(
                "racing",
                MAY_MOUNT,
                "sh",
                "-c",
                "mkdir -p /data/bin && cp /bin/busybox /data/bin/ && exec chroot /data /bin/busybox sleep infinity");
        Path merged = docker.merged(id);
        List<String> before = Files.readAllLines(Path.of("/proc/self/mountinfo"));
        try (PretendRoom room = PretendRoom.of(directory, RepairStep.UNHEARD, engine)) {
            room.awaitState("healthy", id);
            int healed = 0;
            Racer racer = racer(docker, id, random);
            try {
                for (int i = 0; i < LOSSES; i++) {
                    if (racer.isAstray() || random.nextInt(15) == 0) {
                        racer.close();
                        docker.restart(id).orFail();
                        room.awaitState("healthy", id);
                        racer = racer(docker, id, random);
                    }
                    LostRoot.byUmount(merged);
                    boolean isBack = isBack(room, id, merged);
                    if (!isBack) {
                        // its root was somewhere else each time it was looked for
                        racer.close();
                        assertThat(isBack(room, id, merged))
                                .as("seed %s\n%s", seed, room.story())
                                .isTrue();
                        racer = racer(docker, id, random);
                    }
                    healed++;
                    List<String> there = hosts(merged);
                    assertThat(there).as("seed %s", seed).hasSize(1);
                    assertThat(there.get(0))
                            .as("seed %s", seed)
                            .contains(" / " + merged + " rw,relatime ")
                            .contains("upperdir=" + upper(docker, id))
                            .doesNotContain("master:");
                }
            } finally {
                racer.close();
            }
            System.err.println("seed " + seed + ": " + healed + " losses healed, "
                    + room.count(ActionEvent.Undone.class) + " tries undone, while " + racer.done());
        }
        assertThat(Files.readAllLines(Path.of("/proc/self/mountinfo"))).hasSameSizeAs(before);
    }

    private static Racer racer(Docker docker, String id, Random random) throws IOException {
        return Racer.start((int) docker.pid(id), upper(docker, id), random.nextLong());
    }

    /** It is lost so often that a person has to ask. */
    private static boolean isBack(PretendRoom room, String id, Path merged) {
        try {
            await().atMost(Duration.ofSeconds(20))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> {
                        if (!hosts(merged).isEmpty()) {
                            return true;
                        }
                        room.ask("heal", Map.of("subject", "container/" + id), "test");
                        return !hosts(merged).isEmpty();
                    });
            return true;
        } catch (ConditionTimeoutException e) {
            return false;
        }
    }
}
