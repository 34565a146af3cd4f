package dev.watchdog.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.watchdog.docker.Docker;
import dev.watchdog.docker.Dockerd;
import dev.watchdog.linux.FileStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
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
    /** Below the budget of 200 actions a minute, which is part of what ships. */
    private static final Duration PACE = Duration.ofMillis(320);

    private static final int LOOP_ROUND_MILLIS = 2_000;
    private static final int EXEC_EVERY = 20;
    private static final List<String> STAGES = List.of("see", "decide", "journal", "act", "verify");

    private final Report report;
    private final int containers;
    private final int idle;
    private final int faults;
    private final int coldStarts;
    private final int loopFaults;
    private final Duration watchIdle;
    private final SplittableRandom random = new SplittableRandom(1);
    private final Path home = Path.of(System.getProperty("watchdog.home"));
    private final List<Path> roots = new ArrayList<>();
    private final List<String> ids = new ArrayList<>();

    RootfsBench(Report report, boolean quick) {
        this.report = report;
        this.containers = quick ? 10 : 100;
        this.idle = quick ? 20 : 200;
        this.faults = quick ? 20 : 220;
        this.coldStarts = quick ? 2 : 10;
        this.loopFaults = quick ? 4 : 20;
        this.watchIdle = Duration.ofSeconds(quick ? 10 : 120);
    }

    void run() throws Exception {
        Path scratch = Files.createDirectories(
                home.resolve("target/bench/agents-" + ProcessHandle.current().pid()));
        try (Dockerd engine = Dockerd.launch(Dockerd.Options.PLAIN);
                Roots mounts = new Roots((int) engine.pid())) {
            report.note(
                    "machine",
                    Runtime.getRuntime().availableProcessors() + " cores, Linux "
                            + System.getProperty("os.version") + ", JDK " + System.getProperty("java.version")
                            + ", load "
                            + Files.readString(Path.of("/proc/loadavg")).strip());
            start(engine.docker(), containers);
            single(engine, mounts, scratch);
            storm(engine, mounts, scratch);
            cold(engine, mounts, scratch);
            start(engine.docker(), idle);
            idle(engine, scratch);
            // last: what the loop mounts is a second overlay on the same directories, not the container's own root
            loop(engine, mounts);
            engine.docker().removeAll();
        }
        say("done");
    }

    private void start(Docker docker, int wanted) {
        say("starting containers up to " + wanted);
        for (int i = ids.size(); i < wanted; i++) {
            String id = docker.run("bench-" + i);
            ids.add(id);
            roots.add(docker.merged(id));
        }
    }

    private AgentProcess agent(Dockerd engine, Path scratch, String name) throws Exception {
        AgentProcess agent = new AgentProcess(home, scratch.resolve(name), engine.address());
        agent.awaitHealthy(ids.size());
        return agent;
    }

    private void single(Dockerd engine, Roots mounts, Path scratch) throws Exception {
        say(faults + " faults, one at a time");
        Histogram whole = Report.micros();
        Histogram exec = Report.micros();
        try (AgentProcess agent = agent(engine, scratch, "single")) {
            for (int i = 0; i < faults; i++) {
                Path rootfs = roots.get(i % containers);
                FileStatus root = mounts.status(rootfs);
                long begin = mounts.lose(rootfs, i % 2 == 1);
                whole.recordValue(mounts.awaitBack(rootfs, root, begin, PATIENCE));
                if (i % EXEC_EVERY == 0) {
                    long before = System.nanoTime();
                    engine.docker().exec(ids.get(i % containers), "", "true").orFail();
                    exec.recordValue((System.nanoTime() - before) / 1_000);
                }
                TimeUnit.MILLISECONDS.sleep(PACE.toMillis());
            }
            report.times("umount to root back, " + containers + " containers", whole, "p50 5, p99 25");
            stages(agent);
        }
        report.times("docker exec after it, beside", exec, "");
    }

    private void stages(AgentProcess agent) {
        Map<String, Histogram> stages = new TreeMap<>();
        Histogram sum = Report.micros();
        for (JsonNode event : agent.events("action.succeeded")) {
            JsonNode micros = event.path("data").path("micros");
            long all = 0;
            for (String stage : STAGES) {
                stages.computeIfAbsent(stage, each -> Report.micros())
                        .recordValue(micros.path(stage).asLong());
                all += micros.path(stage).asLong();
            }
            sum.recordValue(all);
        }
        STAGES.forEach(stage -> report.times("  of it: " + stage, stages.getOrDefault(stage, Report.micros()), ""));
        report.times("  kernel's signal to proven, by the journal", sum, "");
    }

    private void storm(Dockerd engine, Roots mounts, Path scratch) throws Exception {
        say(containers + " faults at once");
        try (AgentProcess agent = agent(engine, scratch, "storm")) {
            say("all " + agent.healthy() + " are watched");
            List<FileStatus> before = new ArrayList<>();
            for (Path rootfs : roots) {
                before.add(mounts.status(rootfs));
            }
            long begin = System.nanoTime();
            for (Path rootfs : roots) {
                long ignored = mounts.lose(rootfs, true);
            }
            long broken = (System.nanoTime() - begin) / 1_000;
            long last = 0;
            for (int i = 0; i < roots.size(); i++) {
                last = mounts.awaitBack(roots.get(i), before.get(i), begin, PATIENCE);
            }
            report.figure("all broken after", broken / 1_000.0, "ms", "");
            report.figure(containers + " broken at once, all back after", last / 1_000.0, "ms", "1000");
        }
    }

    private void cold(Dockerd engine, Roots mounts, Path scratch) throws Exception {
        say(coldStarts + " cold starts");
        Histogram first = Report.micros();
        Histogram ready = Report.micros();
        for (int i = 0; i < coldStarts; i++) {
            try (AgentProcess agent = agent(engine, scratch, "cold-" + i)) {
                Path rootfs = roots.get(i % containers);
                FileStatus root = mounts.status(rootfs);
                long begin = mounts.lose(rootfs, true);
                first.recordValue(mounts.awaitBack(rootfs, root, begin, PATIENCE));
                ready.recordValue(agent.readyMillis() * 1_000);
            }
        }
        report.times("first repair after a cold start", first, "max 100");
        report.times("start to ready, " + containers + " containers", ready, "max 2000");
    }

    /** The note's own way: once a second, enter the shim's namespace and mount the overlay from its options. */
    private void loop(Dockerd engine, Roots mounts) throws Exception {
        say("the shell loop");
        List<String> command = new ArrayList<>(List.of(
                "bash", home.resolve("src/test/resources/bench/note-loop.sh").toString()));
        for (int i = 0; i < containers; i++) {
            command.add(engine.docker().shimPid(ids.get(i)) + ":" + roots.get(i));
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
                Path rootfs = roots.get(random.nextInt(containers));
                long begin = mounts.lose(rootfs, i % 2 == 1);
                whole.recordValue(mounts.awaitMounted(rootfs, begin, PATIENCE));
            }
        } finally {
            loop.destroy();
            loop.waitFor();
        }
        report.times("the note's loop (nsenter, mount; every 1 s)", whole, "for comparison");
    }

    private void idle(Dockerd engine, Path scratch) throws Exception {
        say("idle with " + ids.size() + " containers for " + watchIdle.toSeconds() + " s");
        try (AgentProcess agent = agent(engine, scratch, "idle")) {
            TimeUnit.SECONDS.sleep(20);
            double before = agent.cpuSeconds();
            TimeUnit.SECONDS.sleep(watchIdle.toSeconds());
            double used = agent.cpuSeconds() - before;
            report.figure(
                    "cpu, " + ids.size() + " idle containers",
                    used * 100 / watchIdle.toSeconds(),
                    "% of a core",
                    "0.3");
            report.figure("resident, " + ids.size() + " idle containers", agent.residentMebibytes(), "MiB", "120");
            report.figure("start to ready, " + ids.size() + " containers", (double) agent.readyMillis(), "ms", "2000");
        }
    }

    private static void say(String what) {
        System.err.println("bench: " + what);
    }
}
