package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.docker.Docker;
import dev.watchdog.docker.Dockerd;
import dev.watchdog.docker.SharedDockerd;
import dev.watchdog.events.FaultCleared;
import dev.watchdog.testing.NeedsDockerd;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The agent is killed with SIGKILL at every step of a repair and started again: healed, told truly, done once. */
@NeedsDockerd
@ExtendWith(SharedDockerd.class)
class KilledAgentEngineIT {
    private static final Set<RepairStep> IN_PLACE = EnumSet.of(RepairStep.ATTACHED, RepairStep.VERIFIED);
    /** A successor whose first look is late asks for an action, holds it until it has looked, and takes it back. */
    private static final List<List<String>> FOUND_WHOLE =
            List.of(List.of("fault.cleared"), List.of("action.requested", "action.refused", "fault.cleared"));

    private static final List<String> UNTIL_KILLED =
            List.of("fault.raised", "action.requested", "action.started", "action.interrupted");

    @TempDir
    Path directory;

    @AfterEach
    void removeAll(Dockerd engine) {
        engine.docker().removeAll();
    }

    @ParameterizedTest
    @EnumSource(RepairStep.class)
    void itsSuccessorHealsAndNothingIsDoneTwice(RepairStep step, Dockerd engine) throws Exception {
        String id = engine.docker().run("survives-" + step.name().toLowerCase(Locale.ROOT));
        AfterHealing after = AfterHealing.prepare(engine, id);
        firstLife(step, engine, after.merged());
        try (PretendRoom room = PretendRoom.of(directory, RepairStep.UNHEARD, engine)) {
            room.awaitCount(FaultCleared.class, 1);
            List<String> told = room.typesOf(id);
            assertThat(told.subList(0, 4)).containsExactlyElementsOf(UNTIL_KILLED);
            if (IN_PLACE.contains(step)) {
                assertThat(told.subList(4, told.size())).as(room.story()).isIn(FOUND_WHOLE);
                assertThat(room.told(FaultCleared.class).get(0).reason()).isEqualTo("recovered");
            } else {
                assertThat(told.subList(4, told.size()))
                        .as(room.story())
                        .containsExactly("action.requested", "action.started", "action.succeeded", "fault.cleared");
                assertThat(room.told(FaultCleared.class).get(0).reason()).isEqualTo("healed");
            }
            after.works(directory);
            after.removes();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = RepairStep.class,
            names = {"PROBED", "ATTACHED"})
    void itsSuccessorFindsTheContainerRemoved(RepairStep step, Dockerd engine) throws Exception {
        Docker docker = engine.docker();
        String id = docker.run("removed-" + step.name().toLowerCase(Locale.ROOT));
        AfterHealing after = AfterHealing.prepare(engine, id);
        firstLife(step, engine, after.merged());
        after.removes();
        try (PretendRoom room = PretendRoom.of(directory, RepairStep.UNHEARD, engine)) {
            room.awaitCount(FaultCleared.class, 1);
            List<String> told = room.typesOf(id);
            assertThat(told.subList(0, 4)).containsExactlyElementsOf(UNTIL_KILLED);
            assertThat(told.subList(4, told.size()))
                    .doesNotContain("action.started")
                    .endsWith("fault.cleared");
            assertThat(room.told(FaultCleared.class).get(0).reason()).isEqualTo("gone");
            after.nothingStays();
        }
    }

    /** Starts an agent, breaks the root once it watches, and waits until it has been killed at the step. */
    private void firstLife(RepairStep step, Dockerd engine, Path merged) throws Exception {
        File log = directory.resolve("first-life.log").toFile();
        Process agent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RoomThatDies.class.getName(),
                        engine.address(),
                        directory.toString(),
                        step.name())
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
        try {
            // it may be lost before the agent watches: found by its first look then
            LostRoot.byRmdirElsewhere(merged);
            assertThat(agent.waitFor(2 * PretendRoom.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as(Files.readString(log.toPath()))
                    .isTrue();
            assertThat(agent.exitValue()).as(Files.readString(log.toPath())).isEqualTo(137);
        } finally {
            agent.destroyForcibly();
        }
    }
}
