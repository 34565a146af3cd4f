package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.testing.NeedsDockerd;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Testcontainers' KafkaContainer on a Docker engine of the tests' own, with an image made of this build's jars. All of it
 * lives in a network namespace made for it: no port and no bridge of the machine is touched, and nothing stays.
 */
@NeedsDockerd
@Timeout(600)
class ContainerBrokerEngineIT {
    @TempDir
    Path directory;

    @Test
    void whatIsJournalledReachesABrokerOfTestcontainers() throws Exception {
        Path log = directory.resolve("log");
        Process engine = new ProcessBuilder(
                        "unshare",
                        "--net",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Djna.nosys=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EngineWithBridge.class.getName(),
                        directory.toString())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(engine.waitFor(500, TimeUnit.SECONDS))
                    .as(Files.readString(log))
                    .isTrue();
            assertThat(engine.exitValue()).as(Files.readString(log)).isZero();
        } finally {
            engine.destroy(); // its engine is cleared away at its exit
            engine.waitFor();
        }
        assertThat(Files.readString(log)).contains("delivered 100 of 100");
    }
}
