package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.FaultCleared;
import dev.watchdog.healing.Mode;
import dev.watchdog.linux.PretendContainer;
import dev.watchdog.testing.NeedsRoot;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way from a lost mount to the proof, in private namespaces. */
@NeedsRoot
class RestoreRootfsKernelIT {
    @TempDir
    Path directory;

    @Test
    void bringsBackARootWhoseDirectoryIsGoneToo() throws Exception {
        try (PretendContainer container = PretendContainer.make(PretendContainer.Second.NONE);
                PretendRoom room = room(container)) {
            container.write("data", "kept");
            awaitWatched(room);
            for (boolean alsoDirectory : new boolean[] {true, false, true}) {
                int before = count(room, FaultCleared.class);
                container.loseMount(alsoDirectory);
                await().atMost(PretendRoom.PATIENCE).until(() -> count(room, FaultCleared.class) > before);
            }
            assertThat(count(room, ActionEvent.Succeeded.class)).isEqualTo(3);
            assertThat(container.read("data")).isEqualTo("kept");
        }
    }

    private static int count(PretendRoom room, Class<?> type) {
        return (int) room.events().stream()
                .filter(event -> type.isInstance(event.data()))
                .count();
    }

    private static void awaitWatched(PretendRoom room) {
        await().atMost(PretendRoom.PATIENCE)
                .until(() -> room.room.inventory().stream()
                        .anyMatch(line -> line.state().equals("healthy")));
    }

    private PretendRoom room(PretendContainer container) throws Exception {
        return new PretendRoom(
                directory, Mode.HEAL, RepairStep.UNHEARD, (context, threads) -> List.of(new PretendSource(container)));
    }
}
