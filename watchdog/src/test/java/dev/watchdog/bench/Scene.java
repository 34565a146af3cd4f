package dev.watchdog.bench;

import dev.watchdog.docker.Docker;
import dev.watchdog.docker.Dockerd;
import dev.watchdog.linux.FileStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** The engine, its containers and the agent as users run it: what every part of a benchmark needs. */
final class Scene implements AutoCloseable {
    /** Below the budget of 200 actions a minute, which is part of what ships. */
    private static final Duration PACE = Duration.ofMillis(320);

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration SETTLE = Duration.ofMinutes(2);
    private static final int LANES = 3;
    private static final int CHUNK = 50;
    private static final int REMOVALS = 5;

    final Report report;
    final boolean quick;
    final Path home = Path.of(System.getProperty("watchdog.home"));
    final Dockerd engine;
    final Roots mounts;
    final List<String> ids = new ArrayList<>();
    final List<Path> roots = new ArrayList<>();
    private final Path scratch;
    private List<String> options = List.of();
    private int made;

    Scene(Report report, boolean quick) throws Exception {
        this.report = report;
        this.quick = quick;
        this.scratch = Files.createDirectories(
                home.resolve("target/bench/agents-" + ProcessHandle.current().pid()));
        this.engine = Dockerd.launch(Dockerd.Options.PLAIN);
        this.mounts = new Roots((int) engine.pid());
    }

    /** So many containers, all made with these options of {@code docker run}. */
    void containers(int wanted, String... wantedOptions) {
        say("containers: " + wanted + " " + String.join(" ", wantedOptions));
        if (!options.equals(List.of(wantedOptions))) {
            remove(0);
            options = List.of(wantedOptions);
        }
        remove(wanted);
        ExecutorService lanes = Executors.newFixedThreadPool(LANES);
        try {
            List<CompletableFuture<String>> starts = new ArrayList<>();
            for (int i = ids.size(); i < wanted; i++) {
                String name = "bench-" + made++;
                starts.add(CompletableFuture.supplyAsync(() -> engine.docker().run(name, options), lanes));
            }
            starts.forEach(start -> {
                ids.add(start.join());
                roots.add(engine.docker().merged(start.join()));
            });
        } finally {
            lanes.shutdown();
        }
    }

    private void remove(int left) {
        while (ids.size() > left) {
            int from = Math.max(left, ids.size() - CHUNK);
            List<String> some = ids.subList(from, ids.size());
            List<String> command = new ArrayList<>(List.of("rm", "--force"));
            command.addAll(some);
            boolean gone = false;
            for (int i = 0; i < REMOVALS && !gone; i++) {
                // an engine with 500 containers is at times too late for its own time-outs
                engine.docker().command(command.toArray(String[]::new));
                String there = engine.docker()
                        .command("ps", "--all", "--quiet", "--no-trunc")
                        .orFail()
                        .text();
                gone = some.stream().noneMatch(there::contains);
            }
            if (!gone) {
                throw new IllegalStateException("the engine does not remove " + some);
            }
            some.clear();
            roots.subList(from, roots.size()).clear();
        }
    }

    /** Ready, and all containers found healthy. */
    AgentProcess agent(String name) throws Exception {
        AgentProcess agent = new AgentProcess(home, scratch.resolve(name), engine.address());
        agent.awaitHealthy(ids.size());
        return agent;
    }

    /** A directory that nothing else uses. */
    Path directory(String name) throws IOException {
        return Files.createDirectories(scratch.resolve(name));
    }

    /** Loses one root after another, of the containers in turn; how long each was away, in microseconds. */
    Histogram faults(int count, Between between) throws Exception {
        Histogram whole = Report.micros();
        for (int i = 0; i < count; i++) {
            int at = i % roots.size();
            FileStatus root = mounts.status(roots.get(at));
            long begin = mounts.lose(roots.get(at), i % 2 == 1);
            whole.recordValue(mounts.awaitBack(roots.get(at), root, begin, PATIENCE));
            between.run(i, ids.get(at));
            TimeUnit.MILLISECONDS.sleep(PACE.toMillis());
        }
        return whole;
    }

    /** What is done after a fault was mended. */
    @FunctionalInterface
    interface Between {
        void run(int fault, String container) throws Exception;
    }

    /** What the agent takes once what its start left to the compiler is compiled: in the third minute and on. */
    Cost cost(AgentProcess agent, Duration during) throws Exception {
        TimeUnit.SECONDS.sleep(quick ? 5 : SETTLE.toSeconds());
        return Cost.of(during, agent).get(0);
    }

    Docker docker() {
        return engine.docker();
    }

    static void say(String what) {
        System.err.println("bench: " + what);
    }

    @Override
    public void close() {
        remove(0);
        mounts.close();
        engine.close();
    }
}
