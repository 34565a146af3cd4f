package dev.watchdog.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.HdrHistogram.Histogram;

/** What the agent takes and how quick it stays with much on the host: mounts, health checks, containers, starts. */
final class Load {
    private static final String[] HEALTH = {"--health-cmd", "true", "--health-interval", "10s"};

    private final Scene scene;
    private final Duration during;
    private final int many;

    Load(Scene scene) {
        this.scene = scene;
        this.during = Duration.ofSeconds(scene.quick ? 10 : 60);
        this.many = scene.quick ? 10 : 200;
    }

    void mounts() throws Exception {
        scene.containers(many);
        try (FurtherMounts mounts = new FurtherMounts(scene.directory("mounts"), scene.quick ? 200 : 2_000);
                AgentProcess agent = scene.agent("mounted")) {
            String further = mounts.count() + " further mounts";
            String with = many + " idle containers, " + further;
            scene.cost(agent, during).tell(scene.report, with, "0.3", "120");
            Histogram whole = scene.faults(scene.quick ? 20 : 220, (fault, id) -> {});
            scene.report.times("umount to root back, " + further, whole, "p99 25");
        }
    }

    void storm() throws Exception {
        scene.containers(scene.quick ? 10 : 100);
        try (AgentProcess agent = scene.agent("starts");
                StartStorm storm = new StartStorm(scene.engine, 20, scene.quick ? 20 : 120)) {
            Histogram whole = scene.faults(scene.quick ? 20 : 200, (fault, id) -> {});
            scene.report.times("umount to root back, during a storm of starts", whole, "p99 50");
            Stages.tell(scene.report, agent, ", storm");
            scene.report.figure("  container starts", storm.rate(), "a second", "20");
            scene.report.figure("  resident after it", agent.residentMebibytes(), "MiB", "");
        }
    }

    void health() throws Exception {
        health(many, "3", "");
    }

    void growth() throws Exception {
        int[] sizes = scene.quick ? new int[] {2, 5, 10} : new int[] {10, 100, 500};
        for (int size : sizes) {
            scene.containers(size);
            try (AgentProcess agent = scene.agent("grown-" + size)) {
                scene.cost(agent, during).tell(scene.report, size + " idle containers", "", "");
            }
        }
        for (int size : sizes) {
            health(size, "", "");
        }
    }

    private void health(int size, String percentAim, String mebibytesAim) throws Exception {
        scene.containers(size, HEALTH);
        Path told = scene.directory("health").resolve("execs");
        try (AgentProcess agent = scene.agent("health-" + size)) {
            Process events = new ProcessBuilder(
                            "docker",
                            "--host",
                            scene.engine.address(),
                            "events",
                            "--filter",
                            "event=exec_start",
                            "--format",
                            "exec")
                    .redirectOutput(told.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            long begin = System.nanoTime();
            Cost cost = scene.cost(agent, during);
            double seconds = (System.nanoTime() - begin) / 1e9;
            events.destroy();
            events.waitFor();
            cost.tell(scene.report, size + " with an exec health check", percentAim, mebibytesAim);
            scene.report.figure(
                    "  health checks, of " + size / 10.0 + " asked for",
                    Files.readAllLines(told).size() / seconds,
                    "a second",
                    "");
        }
    }
}
