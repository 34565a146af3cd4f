package dev.watchdog.bench;

import dev.watchdog.linux.FileStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * How long a lost root stays lost, and what the agent costs: on a real engine, with the agent as users run it and on
 * shipped gates, beside the shell loop of the note. Times are taken outside the agent, from just before the umount to
 * the container's own root being back at its path in every namespace that needs it (here the engine and the shims share
 * one).
 */
final class RootfsBench {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int LOOP_ROUND_MILLIS = 2_000;
    private static final int EXEC_EVERY = 20;

    private final Scene scene;
    private final Report report;
    private final int containers;
    private final SplittableRandom random = new SplittableRandom(1);
    private final Map<String, Part> parts = new LinkedHashMap<>();

    /** Can be measured alone. */
    @FunctionalInterface
    private interface Part {
        void run() throws Exception;
    }

    private RootfsBench(Scene scene) {
        this.scene = scene;
        this.report = scene.report;
        this.containers = scene.quick ? 10 : 100;
        Load load = new Load(scene);
        parts.put("single", this::single);
        parts.put("together", this::together);
        parts.put("cold", this::cold);
        parts.put("idle", this::idle);
        parts.put("mounts", load::mounts);
        parts.put("storm", load::storm);
        parts.put("health", load::health);
        parts.put("growth", load::growth);
        parts.put("restart", () -> new RestartToday(scene).run());
        // last: what the loop mounts is a second overlay on the same directories, not the container's own root
        parts.put("loop", this::loop);
    }

    /**
     * Measures.
     *
     * @param only the names of the parts wanted; empty for all
     */
    static void run(Report report, boolean quick, Set<String> only) throws Exception {
        try (Scene scene = new Scene(report, quick)) {
            new RootfsBench(scene).run(only);
        }
        Scene.say("done");
    }

    private void run(Set<String> only) throws Exception {
        if (!parts.keySet().containsAll(only)) {
            throw new IllegalArgumentException("the parts are " + String.join(", ", parts.keySet()) + ", not " + only);
        }
        report.note(
                "machine",
                Runtime.getRuntime().availableProcessors() + " cores, Linux " + System.getProperty("os.version")
                        + ", JDK " + System.getProperty("java.version"));
        for (Map.Entry<String, Part> part : parts.entrySet()) {
            if (only.isEmpty() || only.contains(part.getKey())) {
                Scene.say(part.getKey());
                report.note(
                        "load before " + part.getKey(),
                        Files.readString(Path.of("/proc/loadavg")).strip());
                part.getValue().run();
            }
        }
    }

    private void single() throws Exception {
        scene.containers(containers);
        Histogram exec = Report.micros();
        try (AgentProcess agent = scene.agent("single")) {
            Histogram whole = scene.faults(scene.quick ? 20 : 220, (fault, id) -> {
                if (fault % EXEC_EVERY == 0) {
                    long before = System.nanoTime();
                    scene.docker().exec(id, "", "true").orFail();
                    exec.recordValue((System.nanoTime() - before) / 1_000);
                }
            });
            report.times("umount to root back, " + containers + " containers", whole, "p50 5, p99 25");
            Stages.tell(report, agent, "");
        }
        report.times("docker exec after it, beside", exec, "");
    }

    private void together() throws Exception {
        scene.containers(containers);
        try (AgentProcess agent = scene.agent("together")) {
            Scene.say("all " + agent.healthy() + " are watched");
            List<FileStatus> before = new ArrayList<>();
            for (Path rootfs : scene.roots) {
                before.add(scene.mounts.status(rootfs));
            }
            long begin = System.nanoTime();
            for (Path rootfs : scene.roots) {
                long ignored = scene.mounts.lose(rootfs, true);
            }
            long broken = (System.nanoTime() - begin) / 1_000;
            long last = 0;
            for (int i = 0; i < scene.roots.size(); i++) {
                last = scene.mounts.awaitBack(scene.roots.get(i), before.get(i), begin, PATIENCE);
            }
            report.figure("all broken after", broken / 1_000.0, "ms", "");
            report.figure(containers + " broken at once, all back after", last / 1_000.0, "ms", "1000");
        }
    }

    private void cold() throws Exception {
        scene.containers(containers);
        int coldStarts = scene.quick ? 2 : 10;
        Histogram first = Report.micros();
        Histogram ready = Report.micros();
        for (int i = 0; i < coldStarts; i++) {
            try (AgentProcess agent = scene.agent("cold-" + i)) {
                Path rootfs = scene.roots.get(i % containers);
                FileStatus root = scene.mounts.status(rootfs);
                long begin = scene.mounts.lose(rootfs, true);
                first.recordValue(scene.mounts.awaitBack(rootfs, root, begin, PATIENCE));
                ready.recordValue(agent.readyMillis() * 1_000);
            }
        }
        report.times("first repair after a cold start", first, "max 100");
        report.times("start to ready, " + containers + " containers", ready, "max 2000");
    }

    /** The note's own way: once a second, enter the shim's namespace and mount the overlay from its options. */
    private void loop() throws Exception {
        scene.containers(containers);
        int loopFaults = scene.quick ? 4 : 20;
        List<String> command = new ArrayList<>(List.of(
                "bash",
                scene.home.resolve("src/test/resources/bench/note-loop.sh").toString()));
        for (int i = 0; i < containers; i++) {
            command.add(scene.docker().shimPid(scene.ids.get(i)) + ":" + scene.roots.get(i));
        }
        Histogram whole = Report.micros();
        Process loop = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            TimeUnit.SECONDS.sleep(5);
            for (int i = 0; i < loopFaults; i++) {
                // at any moment of the loop's round, which is otherwise left in step with what it has just mended
                TimeUnit.MILLISECONDS.sleep(random.nextInt(LOOP_ROUND_MILLIS));
                Path rootfs = scene.roots.get(random.nextInt(containers));
                long begin = scene.mounts.lose(rootfs, i % 2 == 1);
                whole.recordValue(scene.mounts.awaitMounted(rootfs, begin, PATIENCE));
            }
        } finally {
            loop.destroy();
            loop.waitFor();
        }
        report.times("the note's loop (nsenter, mount; every 1 s)", whole, "for comparison");
    }

    private void idle() throws Exception {
        scene.containers(scene.quick ? 20 : 200);
        int count = scene.ids.size();
        try (AgentProcess agent = scene.agent("idle")) {
            scene.cost(agent, Duration.ofSeconds(scene.quick ? 10 : 120))
                    .tell(report, count + " idle containers", "0.3", "120");
            report.figure("start to ready, " + count + " containers", (double) agent.readyMillis(), "ms", "2000");
        }
    }
}
