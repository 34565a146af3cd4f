package dev.watchdog.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.kafka.PackagedAgent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people who look into the log first find there. */
class AgentLogIT {
    private static final String HOME = System.getProperty("watchdog.home");

    @TempDir
    Path directory;

    @Test
    void theLogSaysWhoItIsWhatItDoesWhatItCannotSeeAndWhyItStopped() throws Exception {
        try (PackagedAgent agent = new PackagedAgent(
                directory,
                // whoever runs the tests under nohup has it ignore SIGHUP
                List.of("env", "--default-signal=HUP"),
                Map.of(
                        "WATCHDOG_HOST_NAME", "lab",
                        "WATCHDOG_HOST_ID", "lab-1",
                        "WATCHDOG_DOCKER_ENGINES", "unix://" + directory.resolve("none.sock"),
                        "WATCHDOG_DOMAINS_GUESTS_ENABLED", "false",
                        "WATCHDOG_JOURNAL_DIRECTORY",
                                directory.resolve("journal").toString(),
                        "WATCHDOG_CONTROL_SOCKET",
                                directory.resolve("control.sock").toString(),
                        "WATCHDOG_HTTP_LISTEN", "127.0.0.1:0"))) {
            agent.awaitReady();
            assertThat(agent.log()).contains("host lab (lab-1)");

            // an engine that somebody configured is missed
            awaitLine(agent, "WARN Events: sensor.blinded host: docker:unix://" + directory.resolve("none.sock"));

            send("HUP", agent);
            awaitLine(agent, "SIGHUP: goes on");

            assertThat(pause()).isZero();
            awaitLine(agent, "INFO Events: command.accepted");
            assertThat(agent.log())
                    .contains("pause from /hosts/lab-1/control-socket/users/")
                    .contains("?sudo=ann: a test");

            send("TERM", agent);
            assertThat(agent.awaitEnd()).isZero();
            assertThat(agent.log()).contains("stopped: by SIGTERM");
        }
    }

    @Test
    void anAnswerThatDoesNotFitTheDiskIsAnError() throws Exception {
        Process process = new ProcessBuilder(HOME + "/bin/watchdog", "version")
                .redirectOutput(new java.io.File("/dev/full"))
                .redirectError(directory.resolve("err").toFile())
                .start();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isEqualTo(74);
        assertThat(directory.resolve("err")).content().contains("the answer could not be written");
    }

    private int pause() throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        HOME + "/bin/watchdog",
                        "pause",
                        "--reason",
                        "a test",
                        "--socket",
                        directory.resolve("control.sock").toString())
                .inheritIO();
        builder.environment().put("SUDO_USER", "ann");
        Process process = builder.start();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return process.exitValue();
    }

    private static void awaitLine(PackagedAgent agent, String text) {
        await().atMost(1, TimeUnit.MINUTES)
                .failFast("the agent ended", () -> !agent.isAlive())
                .untilAsserted(() -> assertThat(agent.log()).contains(text));
    }

    private static void send(String signal, PackagedAgent agent) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + signal, String.valueOf(agent.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }
}
