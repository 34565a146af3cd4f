package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.docker.Docker;
import dev.watchdog.docker.Dockerd;
import dev.watchdog.docker.SharedDockerd;
import dev.watchdog.events.FaultCleared;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.testing.NeedsDockerd;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A container that ends, is removed or is restarted in the middle of its repair, at every step. */
@NeedsDockerd
@ExtendWith(SharedDockerd.class)
class EndedDuringRepairEngineIT {
    @TempDir
    Path directory;

    @AfterEach
    void removeAll(Dockerd engine) {
        engine.docker().removeAll();
    }

    private interface Ending {
        void of(Docker docker, String id);
    }

    @ParameterizedTest
    @EnumSource(RepairStep.class)
    void killed(RepairStep step, Dockerd engine) throws Exception {
        ends(step, engine, (docker, id) -> {
            ProcessHandle.of(docker.pid(id)).orElseThrow().destroyForcibly();
            await().atMost(PretendRoom.PATIENCE)
                    .until(() -> docker.inspect(id, ".State.Running").equals("false"));
        });
    }

    @ParameterizedTest
    @EnumSource(RepairStep.class)
    void stopped(RepairStep step, Dockerd engine) throws Exception {
        ends(
                step,
                engine,
                (docker, id) -> docker.command("stop", "--time", "0", id).orFail());
    }

    @ParameterizedTest
    @EnumSource(RepairStep.class)
    void removed(RepairStep step, Dockerd engine) throws Exception {
        ends(
                step,
                engine,
                (docker, id) -> assertThat(docker.remove(id).orFail().err()).doesNotContain("busy"));
    }

    private void ends(RepairStep step, Dockerd engine, Ending ending) throws Exception {
        Docker docker = engine.docker();
        String id = docker.run("ends-" + step.name().toLowerCase(Locale.ROOT));
        AfterHealing after = AfterHealing.prepare(engine, id);
        Gate gate = new Gate(step);
        try (PretendRoom room = PretendRoom.of(directory, gate, engine)) {
            room.awaitState("healthy", id);
            LostRoot.byRmdirElsewhere(after.merged());
            gate.awaitReached();
            ending.of(docker, id);
            gate.letThrough();
            room.awaitCount(FaultCleared.class, 1);
            await().atMost(PretendRoom.PATIENCE)
                    .until(() -> room.room.inventory().isEmpty());
            await("nothing stays mounted")
                    .atMost(PretendRoom.PATIENCE)
                    .untilAsserted(() -> assertThat(AfterHealing.lines(
                                    after.merged().resolveSibling("").toString()))
                            .as(room.story())
                            .isEmpty());
            after.removes();
            assertThat(room.count(FaultRaised.class)).as(room.story()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(RepairStep.class)
    void restarted(RepairStep step, Dockerd engine) throws Exception {
        Docker docker = engine.docker();
        String id = docker.run("restarts-" + step.name().toLowerCase(Locale.ROOT));
        AfterHealing after = AfterHealing.prepare(engine, id);
        Gate gate = new Gate(step);
        try (PretendRoom room = PretendRoom.of(directory, gate, engine)) {
            room.awaitState("healthy", id);
            LostRoot.byRmdirElsewhere(after.merged());
            gate.awaitReached();
            if (docker.restart(id).exit() != 0) {
                // Docker cannot restart what has lost its root, as long as the repair has not put it back
                docker.command("start", id).orFail();
            }
            gate.letThrough();
            room.awaitCount(FaultCleared.class, 1);
            await("whole in the end").atMost(PretendRoom.PATIENCE).untilAsserted(() -> {
                assertThat(room.live.healer().faults()).as(room.story()).isEmpty();
                assertThat(room.inState("healthy")).as(room.story()).contains(id);
                after.mountedOnceEverywhere();
            });
            after.works(directory);
            after.removes();
        }
    }
}
