package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.containers.Mending.Means;
import dev.watchdog.linux.FileStatus;
import dev.watchdog.linux.KernelAbilities;
import dev.watchdog.linux.MountAttributes;
import dev.watchdog.linux.MountEntry;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MendingTest {
    private static final int ENOSYS = 38;

    private static RootIdentity root(String directory) {
        return new RootIdentity(
                new FileStatus(0, 44, 5, 77, true, 040755),
                new MountEntry(77, 1, 0, 44, directory, "/", "rw", "", "overlay", "overlay", "rw"),
                "",
                MountAttributes.DEFAULT,
                true);
    }

    private static Mending mending(int looking, int mounting, int openTree) {
        return Mending.of(new KernelAbilities(0, 0, looking, mounting, openTree, openTree, 0, List.of()));
    }

    private static @Nullable Means means(int looking, int mounting, int openTree, String directory) {
        return mending(looking, mounting, openTree).means(root(directory));
    }

    @ParameterizedTest
    @CsvSource({
        "/, 0, 0, 0, CLONE",
        "/rootfs, 0, 0, 0, DEVICE",
        "/, 0, 0, 38, DIRECTORY",
        "/rootfs, 0, 0, 38, DEVICE_AT_ONCE",
        "/rootfs, 0, 1, 38,",
        "/, 0, 1, 38, DIRECTORY",
        "/, 38, 0, 0,",
        "/rootfs, 38, 0, 0,",
    })
    void isWhatWasRehearsedWithSuccess(
            String directory, int looking, int mounting, int openTree, @Nullable Means expected) {
        assertThat(means(looking, mounting, openTree, directory)).isEqualTo(expected);
    }

    private static @Nullable String obstacle(Mending mending, Sighting.State state) {
        Sighting sighting = new Sighting(new Watched.Viewer(view(), List.of("shim"), true), state, null);
        return mending.obstacle(root("/"), new Verdict.Lost(List.of(sighting)));
    }

    @NullUnmarked // nothing is looked at through it
    private static View view() {
        return new View(1, root("/").root(), null, null);
    }

    @Test
    void aDirectoryIsOnlyMadeWhereThereIsNone() {
        Mending old = mending(0, 0, ENOSYS);
        assertThat(obstacle(old, Sighting.State.MISSING)).isNull();
        assertThat(obstacle(old, Sighting.State.BARE)).contains("open_tree: ENOSYS");
        assertThat(obstacle(mending(0, 0, 0), Sighting.State.BARE)).isNull();
    }

    @Test
    void whatIsSomebodyElsesIsAnObstacleOnEveryKernel() {
        assertThat(obstacle(mending(0, 0, 0), Sighting.State.COVERED)).contains("never unmounted");
        assertThat(obstacle(mending(0, 0, ENOSYS), Sighting.State.COVERED)).contains("never unmounted");
    }

    @Test
    void whatCouldNotBeRehearsedIsNotTried() {
        assertThat(Mending.impossible("no answer").means(root("/"))).isNull();
        assertThat(obstacle(Mending.impossible("no answer"), Sighting.State.MISSING))
                .isEqualTo("no answer");
    }
}
