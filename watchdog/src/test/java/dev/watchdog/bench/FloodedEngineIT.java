package dev.watchdog.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.docker.Docker;
import dev.watchdog.docker.Dockerd;
import dev.watchdog.linux.FileStatus;
import dev.watchdog.testing.NeedsDockerd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The agent as users run it, beside containers that make everything large that is theirs to make: their mounts, their
 * labels, their names. What they do not own is healed on time, by an agent that was there before and by one that comes
 * after.
 */
@NeedsDockerd
class FloodedEngineIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** On a busy machine; some 30 ms on a quiet one. */
    private static final long ON_TIME_MICROS = 3_000_000;

    @TempDir
    Path directory;

    @Test
    void whatOthersMakeLargeKeepsNobodyFromBeingHealed() throws Exception {
        Path home = Path.of("").toAbsolutePath();
        try (Dockerd engine = Dockerd.launch(Dockerd.Options.PLAIN);
                Roots mounts = new Roots((int) engine.pid())) {
            Docker docker = engine.docker();
            Path victim = docker.merged(docker.run("victim"));
            try (AgentProcess agent = new AgentProcess(home, directory.resolve("before"), engine.address())) {
                agent.awaitHealthy(1);
                Path labelled = docker.merged(docker.run("labelled", Siege.labels(directory)));
                String flood = flood(docker);
                agent.awaitHealthy(3);
                healed(agent, mounts, victim, labelled, docker.merged(flood));
                assertThat(agent.events("action.failed")).isEmpty();
                assertThat(agent.events("sensor.blinded")).isEmpty();
            }
            try (AgentProcess agent = new AgentProcess(home, directory.resolve("after"), engine.address())) {
                agent.awaitHealthy(3);
                healed(agent, mounts, victim, docker.merged("labelled"), docker.merged("flood"));
                assertThat(agent.events("sensor.blinded")).isEmpty();
            }
        }
    }

    private static void healed(AgentProcess agent, Roots mounts, Path... roots) throws Exception {
        for (Path root : roots) {
            for (int i = 0; i < 2; i++) {
                FileStatus own = mounts.status(root);
                long begin = mounts.lose(root, false);
                assertThat(mounts.awaitBack(root, own, begin, PATIENCE))
                        .as("%s, %s %s", root, agent.events("action.failed"), agent.events("action.undone"))
                        .isLessThan(ON_TIME_MICROS);
            }
        }
    }

    private static String flood(Docker docker) {
        String id = docker.run("flood", Siege.UNCONFINED, "sh", "-c", Siege.FLOOD);
        Path table = Path.of("/proc/" + docker.pid(id) + "/mountinfo");
        await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).until(() -> {
            try (var lines = Files.lines(table)) {
                return lines.count() > 1 << 16;
            }
        });
        return id;
    }
}
