package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.docker.Docker;
import dev.watchdog.docker.Dockerd;
import dev.watchdog.docker.SharedDockerd;
import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.FaultCleared;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.healing.Finding;
import dev.watchdog.testing.NeedsDockerd;
import dev.watchdog.testing.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Other ways to run a real engine, and other kinds of containers: each loses its root twice and works afterwards. */
@NeedsDockerd
@ExtendWith(SharedDockerd.class)
class DriversEngineIT {
    @TempDir
    Path directory;

    private List<String> volumes() throws Exception {
        Path volume = Files.createDirectory(directory.resolve("volume"));
        Programs.run("chmod", "0755", directory.toString()).orFail();
        Programs.run("chmod", "0777", volume.toString()).orFail();
        return List.of("--volume", volume + ":/data", "--tmpfs", "/tmp", "--volume", "/var");
    }

    private void heals(Dockerd engine, String name, List<String> options) throws Exception {
        String id = engine.docker().run(name, options);
        AfterHealing after = AfterHealing.prepare(engine, id);
        String merged = after.merged().toString();
        String dockerd = String.valueOf(engine.pid());
        Path journal = Files.createDirectory(directory.resolve("journal-" + name));
        try (PretendRoom room = PretendRoom.of(journal, RepairStep.UNHEARD, engine)) {
            room.awaitState("healthy", id);
            Programs.run("nsenter", "-t", dockerd, "-m", "umount", merged).orFail();
            room.awaitCount(FaultCleared.class, 1);
            after.works(directory);
            Programs.run("nsenter", "-t", dockerd, "-m", "umount", merged).orFail();
            // refused when the agent was quicker
            Programs.run("nsenter", "-t", dockerd, "-m", "rmdir", merged);
            room.awaitCount(FaultCleared.class, 2);
            after.allWorks(directory);
            assertThat(room.count(ActionEvent.Succeeded.class)).as(room.story()).isEqualTo(2);
            assertThat(room.count(FaultRaised.class)).isEqualTo(2);
        }
        AfterHealing.noForeignNamespaceIsHeld();
    }

    @Test
    void volumesAndTmpfsBelowTheRoot(Dockerd engine) throws Exception {
        heals(engine, "volumes", volumes());
    }

    @Test
    void aReadOnlyRoot(Dockerd engine) throws Exception {
        List<String> options = new java.util.ArrayList<>(volumes());
        options.add("--read-only");
        heals(engine, "read-only", options);
    }

    @Test
    void containersOfAnotherUserNamespace() throws Exception {
        try (Dockerd engine =
                Dockerd.launch(new Dockerd.Options(false, true, false, List.of("--userns-remap=daemon:daemon")))) {
            heals(engine, "remapped", List.of());
            heals(engine, "remapped-volumes", List.of("--tmpfs", "/tmp", "--volume", "/var"));
        }
    }

    /** dockerd's mounts reach containerd's namespace, where the shims are, and what is mended there must as well. */
    @Test
    void containerdInANamespaceOfItsOwn() throws Exception {
        try (Dockerd engine = Dockerd.launch(new Dockerd.Options(true, true, true, List.of()))) {
            heals(engine, "apart", List.of());
        }
    }

    @Test
    void theOldOverlayDriver() throws Exception {
        heals("overlay");
    }

    @Test
    void fuseOverlayfs() throws Exception {
        heals("fuse-overlayfs");
    }

    private void heals(String driver) throws Exception {
        try (Dockerd engine = with(driver)) {
            heals(engine, driver, List.of());
        }
    }

    private static Dockerd with(String driver) {
        return Dockerd.launch(new Dockerd.Options(false, false, false, List.of("--storage-driver=" + driver)));
    }

    /** There is no mount to lose. */
    @Test
    void vfsIsLeftAlone() throws Exception {
        try (Dockerd engine = with("vfs");
                PretendRoom room = PretendRoom.of(directory, RepairStep.UNHEARD, engine)) {
            Docker docker = engine.docker();
            String id = docker.run("plain");
            room.awaitState("left-alone", id);
            assertThat(room.check())
                    .singleElement()
                    .isInstanceOfSatisfying(
                            Finding.Unknown.class,
                            unknown -> assertThat(unknown.leftAlone()).isTrue());
            docker.remove(id).orFail();
        }
    }
}
