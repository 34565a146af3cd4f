package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.FaultCleared;
import dev.watchdog.healing.Finding;
import dev.watchdog.healing.Mode;
import dev.watchdog.linux.PretendContainer;
import dev.watchdog.linux.PretendContainer.Second;
import dev.watchdog.linux.SeccompFilter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The room in a process for which some system calls do not exist. Arguments: a directory, their names,
 * the errno, and {@code events} for a container whose root is shared. */
public final class OldKernelRoom {
    private static final String ID = "0d0e0a0d".repeat(8);

    private OldKernelRoom() {}

    public static void main(String[] arguments) throws Exception {
        List<String> hidden = List.of(arguments[1].split(",", -1));
        SeccompFilter.install(hidden, Integer.parseInt(arguments[2]));
        try (PretendContainer container = PretendContainer.make(Second.PRIVATE);
                PretendRoom room = new PretendRoom(
                        Path.of(arguments[0]),
                        Mode.HEAL,
                        RepairStep.UNHEARD,
                        (context, threads) -> List.of(new PretendSource(container)))) {
            room.awaitState("healthy", ID);
            if (hidden.contains("open_tree")) {
                container.loseMount(true);
                observes(room, container);
            } else if (arguments.length > 3) {
                ForeignEventsScenario.play(container, room);
            } else {
                container.loseMount(true);
                room.awaitCount(FaultCleared.class, 1);
                assertThat(room.count(ActionEvent.Succeeded.class)).isEqualTo(1);
                assertThat(mounted(container)).isEqualTo(1);
            }
        }
        System.out.println("done");
        System.exit(0);
    }

    /** Of a root that is an overlay's, nothing but the directory: docker exec needs that, and no more. */
    private static void observes(PretendRoom room, PretendContainer container) throws Exception {
        room.awaitCount(ActionEvent.Failed.class, 1);
        assertThat(room.told(ActionEvent.Failed.class).get(0).why())
                .contains("was made again")
                .contains("docker cp does not");
        assertThat(Path.of("/proc/" + container.runner() + "/root" + container.rootfs()))
                .isEmptyDirectory();
        assertThat(room.room.check().join()).singleElement().isInstanceOfSatisfying(Finding.Faulty.class, found -> {
            assertThat(found.proposal()).isNull();
            assertThat(String.valueOf(found.evidence().facts().get("notMended")))
                    .contains("open_tree")
                    .contains("seccomp");
        });
        assertThat(room.count(ActionEvent.Started.class)).isEqualTo(1);
        assertThat(room.count(FaultCleared.class)).isZero();
        assertThat(mounted(container)).isZero();
    }

    private static long mounted(PretendContainer container) throws Exception {
        return Files.readAllLines(Path.of("/proc/" + container.runner() + "/mountinfo")).stream()
                .filter(line -> line.contains(" " + container.rootfs() + " "))
                .count();
    }
}
