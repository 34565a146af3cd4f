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

    private static final String NOBODY = "65534";

    @TempDir
    Path directory;

    @Test
    void whoListensIsFoundAmongAnyNumberOfOthers() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<Process> floods = new ArrayList<>();
        try {
            for (int i = 0; i < SOCKETS / OF_ONE_PROCESS; i++) {
                floods.add(flood("sockets-of-somebody-else-with-a-long-name-" + i));
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

    /** Its files are in a mount namespace of its own, and go with it. */
    private Process flood(String name) throws Exception {
        Path theirs = Files.createDirectory(directory.resolve(name));
        return new ProcessBuilder(List.of(
                        "unshare",
                        "--mount",
                        "--propagation",
                        "private",
                        "sh",
                        "-c",
                        "mount -t tmpfs -o mode=1777,nr_inodes=0 flood \"$1\" && ulimit -n \"$(ulimit -H -n)\""
                                + " && shift && exec \"$@\"",
                        "sh",
                        theirs.toString(),
                        "setpriv",
                        "--reuid=" + NOBODY,
                        "--clear-groups",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:-UsePerfData",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SocketFlood.class.getName(),
                        theirs.toString(),
                        Integer.toString(OF_ONE_PROCESS),
                        "engine.sock"))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
