package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.watchdog.healing.Mode;
import dev.watchdog.linux.MountEvents;
import dev.watchdog.linux.PretendContainer;
import dev.watchdog.linux.PretendContainer.Second;
import dev.watchdog.linux.SystemClock;
import dev.watchdog.linux.UniqueMountId;
import dev.watchdog.testing.NeedsRoot;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is known of a root's mount must never say that all is well when it is not. */
@NeedsRoot
class RootMountsKernelIT {
    private static final String ID = "0d0e0a0d".repeat(8);

    @TempDir
    Path directory;

    @BeforeEach
    void eventsNeeded() throws Exception {
        try (MountEvents events = new MountEvents(SystemClock.open())) {
            assumeTrue(events.unavailable() == null, "skipped: " + events.unavailable());
        }
    }

    private PretendRoom room(PretendContainer container) throws Exception {
        return new PretendRoom(
                directory,
                Mode.OBSERVE,
                RepairStep.UNHEARD,
                (context, threads) -> List.of(new PretendSource(container)));
    }

    private static boolean isThere(PretendRoom room) {
        return room.room
                .threads()
                .here(PretendRoom.PATIENCE, () -> room.room.rootMounts().isThere(watched(room)))
                .join();
    }

    private static Watched watched(PretendRoom room) {
        return Objects.requireNonNull(room.room.watchlist().find(ID));
    }

    @Test
    void itIsThereUntilItIsCoveredOrLost() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.PRIVATE);
                PretendRoom room = room(container)) {
            await().atMost(PretendRoom.PATIENCE)
                    .until(() -> room.room.watchlist().find(ID) != null && isThere(room));
            container.cover();
            assertThat(isThere(room)).as("covered").isFalse();
            container.loseMount(false);
            assertThat(isThere(room)).as("the cover taken away").isTrue();
            container.loseMount(false);
            assertThat(isThere(room)).as("lost by one of two").isFalse();
            assertThat(room.room.rootMounts().knows(watched(room))).isTrue();
        }
    }

    @Test
    void whatCoversARootIsNotTakenForIt() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE)) {
            container.cover();
            try (PretendRoom room = room(container)) {
                await().atMost(PretendRoom.PATIENCE)
                        .until(() -> room.room.watchlist().find(ID) != null);
                boolean learnt = room.room
                        .threads()
                        .here(PretendRoom.PATIENCE, () -> room.room.rootMounts().remember(watched(room)))
                        .join();
                assertThat(learnt).isFalse();
                long namespace = watched(room).viewers().get(0).view().namespace();
                assertThat(room.room.rootMounts().of(ID, namespace)).isEqualTo(UniqueMountId.UNKNOWN);
            }
        }
    }
}
