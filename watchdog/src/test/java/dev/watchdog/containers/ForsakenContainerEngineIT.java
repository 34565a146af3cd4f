package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.docker.Docker;
import dev.watchdog.docker.Dockerd;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.healing.Enabled;
import dev.watchdog.healing.Mode;
import dev.watchdog.testing.NeedsDockerd;
import dev.watchdog.testing.Programs;
import dev.watchdog.testing.Trees;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An upgrade loses containerd's tasks: a container's processes live on, and Docker says that it has exited. */
@NeedsDockerd
class ForsakenContainerEngineIT {
    private static final ContainersSettings OFTEN =
            new ContainersSettings(Enabled.AUTO, Duration.ofSeconds(1), Duration.ofSeconds(2));

    @TempDir
    Path directory;

    private PretendRoom room(Dockerd engine, String journal) throws Exception {
        return new PretendRoom(
                directory.resolve(journal), Mode.HEAL, RepairStep.UNHEARD, PretendRoom.engine(engine.address()), OFTEN);
    }

    @Test
    void isToldAsSuchAndIsNoFaultOnceDockerHasRemovedIt() throws Exception {
        try (Dockerd engine = Dockerd.launch(Dockerd.Options.LIVE_RESTORE)) {
            Docker docker = engine.docker();
            String removed = docker.run("removed");
            String restarted = docker.run("restarted");
            String process = String.valueOf(docker.pid(removed));
            Path merged = docker.merged(removed);
            try (PretendRoom room = room(engine, "first")) {
                room.awaitState("healthy", removed, restarted);
                engine.stop();
                Trees.delete(engine.execRoot().resolve("containerd/daemon/io.containerd.runtime.v2.task/moby"));
                engine.start();
                assertThat(docker.inspect(removed, ".State.Status")).isEqualTo("exited");
                room.awaitState("left-alone", removed, restarted);
                assertThat(room.why(removed)).contains("has exited", "process " + process, "kill -9");
                told(room, removed);
                told(room, restarted);
            }
            // who comes later learns it from the runtime's own files
            try (PretendRoom room = room(engine, "second")) {
                room.awaitState("left-alone", removed, restarted);
                told(room, restarted);
                docker.command("rm", removed).orFail();
                await().atMost(PretendRoom.PATIENCE)
                        .until(() -> !room.room.watchlist().knows(removed));
                assertThat(room.openFaults(removed)).isEmpty();
                assertThat(AfterHealing.lines(merged.toString())).isEmpty();
                // the way out that it tells
                String kill = room.why(restarted).replaceAll(".*'(kill [^']*)'.*", "$1");
                Programs.run("sh", "-c", kill).orFail();
                await().atMost(PretendRoom.PATIENCE)
                        .until(() -> docker.command("start", restarted).exit() == 0);
                room.awaitState("healthy", restarted);
                assertThat(docker.exec(restarted, "apps", "id", "-un").orFail().text())
                        .isEqualTo("apps");
                await().atMost(PretendRoom.PATIENCE)
                        .until(() -> room.openFaults(restarted).isEmpty());
            }
        }
    }

    private static void told(PretendRoom room, String id) {
        await().atMost(PretendRoom.PATIENCE)
                .untilAsserted(() -> assertThat(room.openFaults(id)).containsExactly(RootFindings.LEFT_ALONE.name()));
        assertThat(room.told(FaultRaised.class)).isNotEmpty();
    }
}
