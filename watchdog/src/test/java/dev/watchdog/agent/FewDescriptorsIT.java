package dev.watchdog.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.kafka.PackagedAgent;
import dev.watchdog.testing.Programs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged agent with less of what the kernel gives than it needs. */
@Timeout(300)
class FewDescriptorsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    @Test
    void tooFewToStartWithIsOneLine() throws Exception {
        try (PackagedAgent agent = agent(List.of("prlimit", "--nofile=64"))) {
            assertThat(agent.awaitEnd()).isEqualTo(4);
            assertThat(agent.log().lines().toList())
                    .singleElement()
                    .asString()
                    .contains("only 64 files may be open here", "LimitNOFILE");
        }
    }

    @Test
    void tooFewToWorkWithIsToldAndSoIsThatTheyAreEnough() throws Exception {
        // the JVM would raise the soft limit to the hard one
        try (PackagedAgent agent = agent(
                        List.of("prlimit", "--nofile=128:1024", "env", "WATCHDOG_JAVA_OPTS=-XX:-MaxFDLimit"))
                .awaitReady()) {
            await().atMost(PATIENCE).until(() -> health(false));
            assertThat(agent.log())
                    .contains("of 128 files that may be open are left", "bundles", "Kafka", "raise LimitNOFILE");
            await().atMost(PATIENCE).until(() -> status().contains("open-files"));

            Programs.run("prlimit", "--pid", Long.toString(agent.pid()), "--nofile=1024:1024")
                    .orFail();
            await().atMost(PATIENCE).until(() -> health(true) && !status().contains("open-files"));
        }
    }

    private boolean health(boolean ready) {
        return ready
                != Programs.run(
                                "curl",
                                "-s",
                                "--unix-socket",
                                directory.resolve("control.sock").toString(),
                                "http://x/health/ready")
                        .text()
                        .contains("files that may be open are left");
    }

    private String status() {
        return Programs.run(
                        "curl",
                        "-s",
                        "--unix-socket",
                        directory.resolve("control.sock").toString(),
                        "http://x/api/v1/status")
                .text();
    }

    private PackagedAgent agent(List<String> prefix) throws Exception {
        return new PackagedAgent(
                directory,
                prefix,
                Map.of(
                        "WATCHDOG_JOURNAL_DIRECTORY",
                                directory.resolve("journal").toString(),
                        "WATCHDOG_CONTROL_SOCKET",
                                directory.resolve("control.sock").toString(),
                        "WATCHDOG_HTTP_LISTEN", "127.0.0.1:0"));
    }
}
