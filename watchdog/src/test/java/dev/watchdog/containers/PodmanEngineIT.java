package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.docker.Podman;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.events.SensorEvent;
import dev.watchdog.healing.Finding;
import dev.watchdog.healing.Mode;
import dev.watchdog.testing.NeedsPodman;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Podman's containers: in the inventory, with the reason why they are left alone, until they end. */
@NeedsPodman
class PodmanEngineIT {
    @TempDir
    Path directory;

    @Test
    void areRecognisedAndLeftAlone() throws Exception {
        try (Podman podman = new Podman();
                PretendRoom room = new PretendRoom(
                        directory,
                        Mode.HEAL,
                        RepairStep.UNHEARD,
                        (context, threads) -> List.of(new PodmanSource(threads, Duration.ofMillis(200))))) {
            String id = podman.run("seen");
            room.awaitState("left-alone", id);
            assertThat(room.room.inventory())
                    .filteredOn(line -> line.subject().id().equals(id))
                    .allMatch(line -> line.name().equals("seen")
                            && PodmanSource.WHY.equals(line.details().get("why")));
            assertThat(room.room.check().join())
                    .singleElement()
                    .isInstanceOfSatisfying(
                            Finding.Unknown.class,
                            unknown -> assertThat(unknown.leftAlone()).isTrue());
            podman.remove("seen");
            await().atMost(PretendRoom.PATIENCE)
                    .until(() -> !room.inState("left-alone").contains(id));
            assertThat(room.count(FaultRaised.class)).as(room.story()).isZero();
            assertThat(room.count(SensorEvent.Blinded.class)).as(room.story()).isZero();
        }
    }
}
