package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.testing.NeedsRoot;
import dev.watchdog.testing.ShippedJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A user without rights listens on 120,000 sockets, which all stand in one table of the network namespace. */
@NeedsRoot
class SocketFloodKernelIT {
    private static final int SOCKETS = 120_000;
    /** Below the hard limit of descriptors that a process has on most hosts. */
    private static final int OF_ONE_PROCESS = 15_000;

    @TempDir
    Path directory;

    @Test
    void whoListensIsFoundAmongAnyNumberOfOthers() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<Process> floods = new ArrayList<>();
        try {
            for (int i = 0; i < SOCKETS / OF_ONE_PROCESS; i++) {
                floods.add(SocketFlood.start(
                        Files.createDirectory(directory.resolve("sockets-of-somebody-else-with-a-long-name-" + i)),
                        OF_ONE_PROCESS));
            }
            for (Process flood : floods) {
                assertThat(flood.inputReader().readLine()).isEqualTo("ready");
            }
            try (var lines = Files.lines(Path.of("/proc/net/unix"))) {
                assertThat(lines.count()).isGreaterThan(SOCKETS);
            }
            assertThat(ShippedJvm.run(ListenersBesideFlood.class, directory.toString()))
                    .contains("found");
        } finally {
            floods.forEach(Process::destroy);
            for (Process flood : floods) {
                flood.waitFor();
            }
        }
    }
}
