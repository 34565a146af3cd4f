package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.watchdog.linux.ProcessLimits.Headroom;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessLimitsTest {
    @Test
    void theSoftLimitIsTheOneThatCounts() throws Exception {
        String line = "Max open files            1024                 1048576              files     ";
        assertThat(ProcessLimits.openFiles(List.of("Limit  Soft Limit", line))).isEqualTo(1_024);
        assertThat(ProcessLimits.openFiles(List.of(line.replace("1024", "unlimited"))))
                .isEqualTo(Long.MAX_VALUE);
        assertThatThrownBy(() -> ProcessLimits.openFiles(List.of())).isInstanceOf(IOException.class);
    }

    @Test
    void whatIsOpenedIsNotLeft() throws Exception {
        Headroom before = ProcessLimits.descriptors();
        try (InputStream one = Files.newInputStream(Path.of("/dev/null"));
                InputStream two = Files.newInputStream(Path.of("/dev/null"))) {
            assertThat(one).isNotSameAs(two);
            // others of this process open and close files, too
            assertThat(ProcessLimits.descriptors().left()).isBetween(before.left() - 20, before.left() + 20);
            assertThat(ProcessLimits.descriptors().limit())
                    .isEqualTo(before.limit())
                    .isPositive();
        }
        assertThat(ProcessLimits.threads())
                .satisfiesAnyOf(
                        threads -> assertThat(threads).isEmpty(),
                        threads -> assertThat(threads.orElseThrow().left()).isPositive());
    }

    @Test
    void theCgroupIsFoundInEitherVersion() {
        Path mount = Path.of("/sys/fs/cgroup");
        assertThat(ProcessLimits.cgroup(List.of("0::/system.slice/watchdog.service"), mount))
                .isEqualTo(mount.resolve("system.slice/watchdog.service"));
        assertThat(ProcessLimits.cgroup(List.of("0::/"), mount)).isEqualTo(mount);
        assertThat(ProcessLimits.cgroup(List.of("4:memory:/x", "3:cpu,pids:/docker/abc", "0::/"), mount))
                .isEqualTo(mount.resolve("pids/docker/abc"));
        assertThat(ProcessLimits.cgroup(List.of("0::/../../above"), mount)).isEqualTo(Path.of("/sys/above"));
        assertThat(ProcessLimits.cgroup(List.of(), mount)).isEqualTo(mount);
    }
}
