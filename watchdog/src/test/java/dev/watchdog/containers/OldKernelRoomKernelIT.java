package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.testing.FilteredJvm;
import dev.watchdog.testing.NeedsRoot;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Heals where clones can be made, whatever else is missing; elsewhere sees, tells why not, and touches nothing. */
@NeedsRoot
class OldKernelRoomKernelIT {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "openat2,pidfd_open,statx,mount_setattr 38",
                "openat2,pidfd_open,statx,mount_setattr,open_tree,move_mount,fsopen,fsconfig,fsmount 38",
                "openat2,pidfd_open,statx,mount_setattr,open_tree,move_mount,fsopen,fsconfig,fsmount 1"
            })
    void healsOrObserves(String calls, String errno) {
        assertThat(FilteredJvm.run(OldKernelRoom.class, directory.toString(), calls, errno))
                .contains("done");
    }

    /** What a 5.2 to 5.11 kernel has, and what a 5.2 to 5.7 kernel has. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {"mount_setattr 38", "openat2,pidfd_open,statx,mount_setattr 38"})
    void sharesNoEventsWithTheContainer(String calls, String errno) {
        assertThat(FilteredJvm.run(OldKernelRoom.class, directory.toString(), calls, errno, "events"))
                .contains("done");
    }
}
