package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.linux.FileStatus;
import dev.watchdog.linux.MountAttributes;
import dev.watchdog.linux.MountEntry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SightingTest {
    private static final int DIRECTORY = 040755;
    private static final RootIdentity OWN = new RootIdentity(
            new FileStatus(0, 44, 5, 77, true, DIRECTORY),
            new MountEntry(77, 1, 0, 44, "/", "/", "rw", "", "overlay", "overlay", "rw"),
            "",
            MountAttributes.DEFAULT,
            true);

    private static Sighting.State state(@Nullable FileStatus status) {
        return Sighting.state(OWN, status);
    }

    @Test
    void tellsWhatIsThere() {
        assertThat(state(null)).isEqualTo(Sighting.State.MISSING);
        assertThat(state(new FileStatus(0, 44, 5, 99, true, DIRECTORY))).isEqualTo(Sighting.State.PRESENT);
        assertThat(state(new FileStatus(8, 1, 1234, 30, false, DIRECTORY))).isEqualTo(Sighting.State.BARE);
        assertThat(state(new FileStatus(0, 50, 1, 98, true, DIRECTORY))).isEqualTo(Sighting.State.COVERED);
        assertThat(state(new FileStatus(8, 1, 1235, 30, false, 0120777))).isEqualTo(Sighting.State.ODD);
        assertThat(state(new FileStatus(8, 1, 1236, 30, false, 0100644))).isEqualTo(Sighting.State.ODD);
    }

    /** A second overlay on the same directories has another device number, and is never taken for the root. */
    @Test
    void aSecondOverlayOnTheSameDirectoriesIsAnother() {
        assertThat(state(new FileStatus(0, 45, 5, 99, true, DIRECTORY))).isEqualTo(Sighting.State.COVERED);
    }

    /** Docker's devicemapper mounts a device, and a directory of that is the root. */
    @Test
    void aRootBelowAMountIsLostWithTheMount() {
        FileStatus root = new FileStatus(0, 44, 5, 99, false, DIRECTORY);
        FileStatus device = new FileStatus(0, 44, 2, 99, true, DIRECTORY);
        FileStatus bare = new FileStatus(8, 1, 1234, 30, false, DIRECTORY);
        assertThat(Sighting.stateBelow(OWN, root, null)).isEqualTo(Sighting.State.PRESENT);
        assertThat(Sighting.stateBelow(OWN, null, null)).isEqualTo(Sighting.State.MISSING);
        assertThat(Sighting.stateBelow(OWN, null, bare)).isEqualTo(Sighting.State.BARE);
        assertThat(Sighting.stateBelow(OWN, bare, bare)).isEqualTo(Sighting.State.BARE);
        assertThat(Sighting.stateBelow(OWN, null, device)).isEqualTo(Sighting.State.COVERED);
        FileStatus file = new FileStatus(8, 1, 1235, 30, false, 0100644);
        assertThat(Sighting.stateBelow(OWN, null, file)).isEqualTo(Sighting.State.ODD);
        FileStatus other = new FileStatus(0, 50, 1, 98, true, DIRECTORY);
        assertThat(Sighting.stateBelow(OWN, other, bare)).isEqualTo(Sighting.State.COVERED);
    }

    @Test
    void onlyAnEmptyPlaceIsMendable() {
        assertThat(Sighting.State.values())
                .filteredOn(Sighting.State::mendable)
                .containsExactly(Sighting.State.MISSING, Sighting.State.BARE);
    }
}
