package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.testing.FilteredJvm;
import dev.watchdog.testing.NeedsRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The fallbacks for old kernels, each proved where a seccomp filter hides the younger calls. */
@NeedsRoot
class OldKernelsKernelIT {
    private static final String ALL = "openat2,pidfd_open,pidfd_send_signal,statx,mount_setattr,"
            + "open_tree,move_mount,fsopen,fsconfig,fsmount";

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "openat2 38",
                "openat2 1",
                "pidfd_open,pidfd_send_signal 38",
                "pidfd_open,pidfd_send_signal 1",
                "statx 38",
                "statx 1",
                "mount_setattr 38",
                "mount_setattr 1",
                "open_tree,move_mount,fsopen,fsconfig,fsmount 38",
                "open_tree,move_mount,fsopen,fsconfig,fsmount 1",
                // what a 5.2 to 5.7 kernel has: clones, and nothing that tells of mounts
                "openat2,pidfd_open,statx,mount_setattr 38",
                ALL + " 38",
                ALL + " 1"
            })
    void doesWithout(String calls, int errno) {
        String said = FilteredJvm.run(OldKernel.class, calls, Integer.toString(errno));
        assertThat(said).contains("done");
    }

    /** CentOS 7: not even mount ids in fdinfo. */
    @Test
    void doesWithMountTablesAlone() {
        assertThat(FilteredJvm.run(OldKernel.class, ALL, "38", "tables")).contains("done");
    }
}
