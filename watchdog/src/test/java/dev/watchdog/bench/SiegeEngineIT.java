package dev.watchdog.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.testing.NeedsDockerd;
import dev.watchdog.testing.Programs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * {@link SiegeBench} in a mount namespace of its own: half a minute, or ten at ten times the size with {@code
 * -Dwatchdog.long=true}. What it took is for the benchmark to tell; here all roots come back and the agent lives.
 */
@NeedsDockerd
class SiegeEngineIT {
    @Test
    void noneOfThemAllKeepsARootAwayOrEndsTheAgent() {
        List<String> command = new ArrayList<>(List.of(
                "unshare",
                "--mount",
                "--propagation",
                "private",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Djna.nosys=true",
                "-Dwatchdog.home=" + System.getProperty("watchdog.home"),
                "-cp",
                System.getProperty("java.class.path"),
                Bench.class.getName(),
                "siege"));
        if (!Boolean.getBoolean("watchdog.long")) {
            command.add("--quick");
        }
        Programs.Ran ran = Programs.run(command.toArray(new String[0])).orFail();
        System.err.println(ran.out());
        assertThat(ran.out()).contains("agent started beside it", "written to");
    }
}
