package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.docker.DockerEngine;
import dev.watchdog.docker.RootlessDockerd;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.healing.Mode;
import dev.watchdog.testing.NeedsDockerd;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real engine without root's powers: told, not touched. */
@NeedsDockerd
class RootlessEngineIT {
    @TempDir
    Path directory;

    @Test
    void isRecognisedByWhatItSaysOfItself() throws Exception {
        try (RootlessDockerd engine = new RootlessDockerd();
                PretendRoom room = new PretendRoom(
                        directory, Mode.HEAL, RepairStep.UNHEARD, PretendRoom.engine(engine.address()))) {
            String id = engine.run("rootless");
            room.awaitState("left-alone", id);
            assertThat(room.room.inventory())
                    .allMatch(line ->
                            RunningContainer.ROOTLESS.equals(line.details().get("why")));
            assertThat(room.check()).isEmpty();
            assertThat(room.room.inventory()).isNotEmpty();
            assertThat(room.count(FaultRaised.class)).as(room.story()).isZero();
            try (DockerEngine own = new DockerEngine(engine.address(), PretendRoom.QUICK)) {
                assertThat(own.info().join().rootless()).isTrue();
            }
        }
    }
}
