package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.docker.Containerd;
import dev.watchdog.docker.Dockerd;
import dev.watchdog.events.FaultCleared;
import dev.watchdog.events.SensorEvent;
import dev.watchdog.healing.Mode;
import dev.watchdog.testing.NeedsDockerd;
import dev.watchdog.testing.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An engine is away when a root is lost and when the agent starts: what is not known then is mended once it is back. */
@NeedsDockerd
class EngineAwayEngineIT {
    private static final BundleSource.Timing QUICK = new BundleSource.Timing(Duration.ofMillis(200), 10);

    @TempDir
    Path directory;

    private PretendRoom room(Path state) throws Exception {
        return new PretendRoom(
                directory,
                Mode.HEAL,
                RepairStep.UNHEARD,
                (context, threads) -> List.of(new BundleSource(state.toString(), true, threads, QUICK)));
    }

    private static void lose(Containerd engine) {
        String shim = String.valueOf(engine.shimPid("test", "one"));
        String rootfs = engine.rootfs("test", "one").toString();
        Programs.run("nsenter", "-t", shim, "-m", "umount", rootfs).orFail();
    }

    @Test
    void aContainerdThatComesBackProvesWhatNobodyCould() throws Exception {
        try (Containerd engine = Containerd.launch(true)) {
            engine.run("test", "one");
            engine.kill();
            lose(engine);
            try (PretendRoom room = room(engine.state())) {
                room.awaitState("unknown", "test:one");
                assertThat(room.why("test:one")).contains("its containerd is away", "start containerd");
                engine.start();
                room.awaitCount(FaultCleared.class, 1);
                room.awaitState("healthy", "test:one");
                room.awaitCount(SensorEvent.Recovered.class, 1);
                assertThat(engine.exec("test", "one", "cat", "/etc/passwd")
                                .orFail()
                                .text())
                        .contains("apps");
            }
        }
    }

    /** Its container is there while it is away, and one that starts after it is back is as well. */
    @Test
    void aStateDirectoryMayBeASymlink() throws Exception {
        try (Containerd engine = Containerd.launch(false)) {
            engine.run("test", "one");
            Path link = Files.createSymbolicLink(engine.directory().resolve("link"), engine.state());
            engine.kill();
            try (PretendRoom room = room(link)) {
                room.awaitState("healthy", "test:one");
                lose(engine);
                room.awaitCount(FaultCleared.class, 1);
                engine.start();
                room.awaitCount(SensorEvent.Recovered.class, 1);
                engine.run("test", "two");
                room.awaitState("healthy", "test:one", "test:two");
                lose(engine);
                room.awaitCount(FaultCleared.class, 2);
                engine.remove("test", "one");
                await().atMost(PretendRoom.PATIENCE)
                        .until(() -> room.room.inventory().size() == 1);
                assertThat(AfterHealing.lines(engine.rootfs("test", "one").toString()))
                        .isEmpty();
            }
        }
    }

    @Test
    void aDockerThatComesBackTellsWhoseRootWasLost() throws Exception {
        try (Dockerd engine = Dockerd.launch(Dockerd.Options.LIVE_RESTORE)) {
            String id = engine.docker().run("one");
            AfterHealing after = AfterHealing.prepare(engine, id);
            engine.kill();
            LostRoot.byUmountAndRmdir(after.merged());
            try (PretendRoom room = PretendRoom.of(directory, RepairStep.UNHEARD, engine)) {
                engine.revive();
                room.awaitState("healthy", id);
                room.awaitCount(FaultCleared.class, 1);
                after.allWorks(directory);
            }
        }
    }
}
