package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.docker.Docker;
import dev.watchdog.docker.DockerEngine;
import dev.watchdog.docker.Dockerd;
import dev.watchdog.docker.SharedDockerd;
import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.FaultCleared;
import dev.watchdog.healing.Mode;
import dev.watchdog.testing.NeedsDockerd;
import dev.watchdog.testing.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A lost root on a real engine, and everything people do with a container afterwards. */
@NeedsDockerd
@ExtendWith(SharedDockerd.class)
class LostRootEngineIT {
    @TempDir
    Path directory;

    @Test
    void umountAndRmdir(Dockerd engine) throws Exception {
        Docker docker = engine.docker();
        String id = docker.run("lost-1");
        try (PretendRoom room = room(engine)) {
            awaitHealthy(room, id);
            Path merged = docker.merged(id);
            Programs.run("umount", merged.toString()).orFail();
            Files.deleteIfExists(merged);
            await().atMost(PretendRoom.PATIENCE).until(() -> count(room, FaultCleared.class) == 1);
            assertThat(docker.exec(id, "", "echo", "hello").orFail().text()).isEqualTo("hello");
            assertThat(docker.exec(id, "apps", "id", "-un").orFail().text()).isEqualTo("apps");
            assertThat(count(room, ActionEvent.Succeeded.class)).isEqualTo(1);
            room.events().forEach(e -> System.err.println(e.data()));
            docker.restart(id).orFail();
            docker.remove(id).orFail();
        }
    }

    private static int count(PretendRoom room, Class<?> type) {
        return (int) room.events().stream()
                .filter(event -> type.isInstance(event.data()))
                .count();
    }

    private static void awaitHealthy(PretendRoom room, String id) {
        await().atMost(PretendRoom.PATIENCE)
                .until(() -> room.room.inventory().stream()
                        .anyMatch(line ->
                                line.subject().id().equals(id) && line.state().equals("healthy")));
    }

    private PretendRoom room(Dockerd engine) throws Exception {
        return new PretendRoom(
                directory,
                Mode.HEAL,
                RepairStep.UNHEARD,
                (context, threads) -> List.of(new EngineSource(
                        new DockerEngine(engine.address(), DockerEngine.Timing.SHIPPED), threads, new StateFiles())));
    }
}
