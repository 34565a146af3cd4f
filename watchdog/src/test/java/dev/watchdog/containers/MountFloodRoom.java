package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.FaultCleared;
import dev.watchdog.healing.Mode;
import dev.watchdog.linux.MountFlood;
import dev.watchdog.linux.PretendContainer;
import dev.watchdog.linux.PretendContainer.Second;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.core.ConditionTimeoutException;

/**
 * The room beside mount tables of 65,536 mounts and over 100 MiB, in a process with the agent's heap. Arguments: a
 * directory, and where the mounts are.
 */
public final class MountFloodRoom {
    /** Where the mounts are, and since when. */
    enum Place {
        A_CONTAINER_BEFORE,
        A_CONTAINER_AFTERWARDS,
        THE_RUNNERS_NAMESPACE,
        OUR_OWN_NAMESPACE
    }

    private static final String QUIET = "1a".repeat(32);
    private static final String FLOODED = "2b".repeat(32);
    private static final int DOUBLINGS = 16;
    /** Less often than what the gates call flapping. */
    private static final int LOSSES = 3;
    /** On a busy machine; some 20 ms on a quiet one. */
    private static final Duration ON_TIME = Duration.ofSeconds(5);

    private MountFloodRoom() {}

    public static void main(String[] arguments) throws Exception {
        Place place = Place.valueOf(arguments[1]);
        if (place == Place.OUR_OWN_NAMESPACE) {
            // this process was started in one of its own
            flood((int) ProcessHandle.current().pid(), Files.createDirectory(Path.of(arguments[0], "flood")));
        }
        try (PretendContainer quiet = PretendContainer.make(Second.PRIVATE);
                PretendContainer flooded = PretendContainer.make(Second.PRIVATE)) {
            if (place == Place.A_CONTAINER_BEFORE) {
                flood(flooded.init(), Path.of("/etc"));
            } else if (place == Place.THE_RUNNERS_NAMESPACE) {
                flood(quiet.runner(), Path.of(quiet.rootfs()).resolveSibling("lower"));
            }
            try (PretendRoom room = new PretendRoom(
                    Path.of(arguments[0]),
                    Mode.HEAL,
                    RepairStep.UNHEARD,
                    (context, threads) -> List.of(
                            new SeveralContainers(List.of(container(FLOODED, flooded), container(QUIET, quiet)))))) {
                room.awaitState("healthy", QUIET, FLOODED);
                if (place == Place.A_CONTAINER_AFTERWARDS) {
                    flood(flooded.init(), Path.of("/etc"));
                }
                for (int i = 0; i < LOSSES; i++) {
                    quiet.loseMount(i % 2 == 0);
                    awaitBack(room, quiet);
                    flooded.loseMount(i % 2 == 0);
                    awaitBack(room, flooded);
                    room.awaitCount(FaultCleared.class, 2 * (i + 1));
                }
                assertThat(room.count(ActionEvent.Succeeded.class)).isEqualTo(2 * LOSSES);
                assertThat(room.check()).hasSize(2);
            }
        }
        System.out.println("done");
        System.exit(0);
    }

    private static void flood(int pid, Path directory) throws IOException {
        MountFlood.inside(pid, directory, DOUBLINGS);
        try (var lines = Files.lines(Path.of("/proc/" + pid + "/mountinfo"))) {
            assertThat(lines.count()).isGreaterThan(1 << DOUBLINGS);
        }
    }

    private static RunningContainer container(String id, PretendContainer pretend) {
        RunningContainer same = new PretendSource(pretend).container();
        return new RunningContainer(
                id,
                id.substring(0, 2),
                "test",
                same.pid(),
                same.rootfs(),
                same.layer(),
                same.shimPid(),
                same.engine(),
                null,
                same.mayMount());
    }

    private static void awaitBack(PretendRoom room, PretendContainer container) {
        Path file = Path.of("/proc/" + container.runner() + "/root" + container.rootfs(), "etc");
        try {
            await().atMost(ON_TIME).pollInterval(Duration.ofMillis(1)).until(() -> Files.exists(file));
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(room.story(), e);
        }
    }
}
