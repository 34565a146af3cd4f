package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.docker.Docker;
import dev.watchdog.docker.Dockerd;
import dev.watchdog.docker.SharedDockerd;
import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.FaultCleared;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.events.SensorEvent;
import dev.watchdog.healing.Mode;
import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.Moment;
import dev.watchdog.linux.SystemClock;
import dev.watchdog.testing.NeedsDockerd;
import dev.watchdog.testing.Programs;
import dev.watchdog.testing.Trees;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What people have reported of containers that fail: what is no fault of a root is none, and what is one is mended. */
@NeedsDockerd
@ExtendWith(SharedDockerd.class)
class ReportedCasesEngineIT {
    @TempDir
    Path directory;

    @AfterEach
    void removeAll(Dockerd engine) {
        engine.docker().removeAll();
    }

    /** Its own doing, and a volume or a working directory that is gone, stop nobody from mending its root. */
    @Test
    void whatIsBrokenInsideIsNoFaultAndDoesNotStandInTheWay(Dockerd engine) throws Exception {
        Docker docker = engine.docker();
        Path volume = Files.createDirectory(directory.resolve("volume"));
        String covered = docker.run(
                "covered",
                List.of("--cap-add", "SYS_ADMIN", "--security-opt", "apparmor=unconfined"),
                "sh",
                "-c",
                "mount -t tmpfs none /etc; mount --bind /bin /data; mount -t tmpfs none /tmp; exec sleep infinity");
        String nowhere = docker.run("nowhere", List.of("--workdir", "/data/nowhere"));
        String emptied = docker.run("emptied", List.of("--volume", volume + ":/mnt"));
        await().atMost(PretendRoom.PATIENCE)
                .until(() -> Files.readString(Path.of("/proc/" + docker.pid(covered) + "/mounts"))
                        .contains(" /tmp tmpfs"));
        docker.command("exec", "--workdir", "/", nowhere, "busybox", "rmdir", "/data/nowhere")
                .orFail();
        Trees.delete(volume);
        List<String> all = List.of(covered, nowhere, emptied);
        Path journal = Files.createDirectory(directory.resolve("journal"));
        try (PretendRoom room = PretendRoom.of(journal, RepairStep.UNHEARD, engine)) {
            room.awaitState("healthy", all);
            Programs.Ran refused = docker.exec(nowhere, "", "true");
            assertThat(refused.out() + refused.err()).contains("chdir to cwd");
            assertThat(room.count(FaultRaised.class)).as(room.story()).isZero();
            Object own = Files.getAttribute(docker.merged(covered), "unix:ino");
            all.forEach(id -> LostRoot.byUmountAndRmdir(docker.merged(id)));
            room.awaitCount(FaultCleared.class, all.size());
            assertThat(room.count(ActionEvent.Failed.class)).as(room.story()).isZero();
            assertThat(Files.getAttribute(docker.merged(covered), "unix:ino")).isEqualTo(own);
            assertThat(docker.merged(covered).resolve("etc/passwd")).isNotEmptyFile();
            docker.command("exec", "--workdir", "/", nowhere, "true").orFail();
            docker.exec(emptied, "apps", "true").orFail();
            docker.exec(covered, "", "ls", "/tmp").orFail();
        }
    }

    @Test
    void diffCommitAndExportTellTheSameAfterARepair(Dockerd engine) throws Exception {
        Docker docker = engine.docker();
        String id = docker.run("told");
        AfterHealing after = AfterHealing.prepare(engine, id);
        try (PretendRoom room = PretendRoom.of(directory, RepairStep.UNHEARD, engine)) {
            room.awaitState("healthy", id);
            LostRoot.byUmount(after.merged());
            room.awaitCount(FaultCleared.class, 1);
            assertThat(docker.command("diff", id).orFail().out()).contains("A /data/kept");
            docker.command("commit", id, "committed:1").orFail();
            Path out = directory.resolve("export.tar");
            docker.command("export", "--output", out.toString(), id).orFail();
            assertThat(Programs.run("tar", "-tf", out.toString()).orFail().out())
                    .contains("data/kept", "bin/busybox");
            docker.command("rmi", "committed:1").orFail();
            after.allWorks(directory);
            assertThat(room.count(FaultRaised.class)).as(room.story()).isEqualTo(1);
        }
    }

    /** Who removes all that is not used meets a root that is not mounted, in the middle of its repair. */
    @Test
    void pruningDuringARepairHarmsNothing(Dockerd engine) throws Exception {
        Docker docker = engine.docker();
        String id = docker.run("kept");
        docker.run("ended", "true");
        AfterHealing after = AfterHealing.prepare(engine, id);
        Gate gate = new Gate(RepairStep.CLONED);
        try (PretendRoom room = PretendRoom.of(directory, gate, engine)) {
            room.awaitState("healthy", id);
            LostRoot.byUmountAndRmdir(after.merged());
            gate.awaitReached();
            docker.command("system", "prune", "--all", "--force").orFail();
            gate.letThrough();
            room.awaitCount(FaultCleared.class, 1);
            after.allWorks(directory);
        } finally {
            docker.importImage();
        }
    }

    @Test
    void aContainerThatEndsAgainAndAgainIsNoFault(Dockerd engine) throws Exception {
        Docker docker = engine.docker();
        try (PretendRoom room = PretendRoom.of(directory, RepairStep.UNHEARD, engine)) {
            String id = docker.run("restless", List.of("--restart", "always"), "true");
            await().atMost(PretendRoom.PATIENCE)
                    .until(() -> Integer.parseInt(docker.inspect(id, ".RestartCount")) >= 4);
            docker.remove(id).orFail();
            await().atMost(PretendRoom.PATIENCE)
                    .until(() -> room.room.inventory().isEmpty());
            assertThat(room.told(FaultRaised.class)).as(room.story()).isEmpty();
            assertThat(room.count(SensorEvent.Blinded.class)).isZero();
        }
    }

    /** The wall clock is for people: no gate counts in it. */
    @Test
    void aClockThatJumpsByAnHourHoldsNoRepair(Dockerd engine) throws Exception {
        String id = engine.docker().run("timely");
        AfterHealing after = AfterHealing.prepare(engine, id);
        AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
        HostClock real = SystemClock.open();
        HostClock jumping = () -> {
            Moment now = real.now();
            return new Moment(now.boot(), now.sinceBoot(), now.wall().plus(ahead.get()));
        };
        try (PretendRoom room = new PretendRoom(
                directory,
                Mode.HEAL,
                RepairStep.UNHEARD,
                PretendRoom.engine(engine.address()),
                ContainersSettings.DEFAULTS,
                jumping)) {
            room.awaitState("healthy", id);
            List<Duration> jumps = List.of(Duration.ofHours(1), Duration.ofHours(-1), Duration.ZERO);
            for (int i = 0; i < jumps.size(); i++) {
                ahead.set(jumps.get(i));
                LostRoot.byUmount(after.merged());
                room.awaitCount(FaultCleared.class, i + 1);
            }
            assertThat(room.count(ActionEvent.Succeeded.class)).as(room.story()).isEqualTo(jumps.size());
            after.allWorks(directory);
        }
    }

    @Test
    void aSecondAgentIsRefusedUntilTheFirstHasEnded(Dockerd engine) throws Exception {
        String id = engine.docker().run("wanted");
        AfterHealing after = AfterHealing.prepare(engine, id);
        Path first = Files.createDirectory(directory.resolve("first"));
        Path second = Files.createDirectory(directory.resolve("second"));
        try (PretendRoom waiting = awaited(first, second, engine, id)) {
            waiting.awaitCount(SensorEvent.Recovered.class, 1);
            waiting.awaitState("healthy", id);
            LostRoot.byUmount(after.merged());
            waiting.awaitCount(FaultCleared.class, 1);
            after.allWorks(directory);
        }
    }

    /** The second one, after the first has ended. */
    private static PretendRoom awaited(Path first, Path second, Dockerd engine, String id) throws Exception {
        try (PretendRoom room = PretendRoom.of(first, RepairStep.UNHEARD, engine)) {
            room.awaitState("healthy", id);
            PretendRoom waiting = PretendRoom.of(second, RepairStep.UNHEARD, engine);
            waiting.awaitCount(SensorEvent.Blinded.class, 1);
            assertThat(waiting.told(SensorEvent.Blinded.class).get(0).why())
                    .contains(
                            "another agent, process " + ProcessHandle.current().pid());
            LostRoot.byUmount(engine.docker().merged(id));
            room.awaitCount(FaultCleared.class, 1);
            assertThat(waiting.room.inventory()).isEmpty();
            assertThat(waiting.room.check().join()).isNotEmpty();
            return waiting;
        }
    }
}
