package dev.watchdog.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.docker.Docker;
import dev.watchdog.docker.Dockerd;
import dev.watchdog.linux.FileStatus;
import dev.watchdog.testing.NeedsDockerd;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The agent as users run it, among containers that come, go and are broken: half an hour of it with {@code
 * -Dwatchdog.long=true}, else 20 s, which prove the faults healed and the journal bounded, but not that nothing grows.
 */
@NeedsDockerd
class ChurnEngineIT {
    private static final boolean LONG = Boolean.getBoolean("watchdog.long");
    private static final Duration LASTS = LONG ? Duration.ofMinutes(30) : Duration.ofSeconds(20);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** Lost less than five times in ten minutes, which would be flapping. */
    private static final int STABLE = LONG ? 60 : 10;

    private static final long PACE_MILLIS = LONG ? 3_000 : 700;
    private static final int LANES = 2;
    /** The smallest that the configuration takes. */
    private static final int JOURNAL_MEBIBYTES = 4;

    @TempDir
    Path directory;

    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger lives = new AtomicInteger();
    private final List<Sample> samples = new ArrayList<>();

    @Test
    void churnWithFaultsGrowsNothing() throws Exception {
        ExecutorService lanes = Executors.newFixedThreadPool(LANES);
        Path home = Path.of("").toAbsolutePath();
        try (Dockerd engine = Dockerd.launch(Dockerd.Options.PLAIN);
                Roots mounts = new Roots((int) engine.pid());
                AgentProcess agent = new AgentProcess(home, directory, engine.address(), JOURNAL_MEBIBYTES + "MiB")) {
            List<Path> roots = new ArrayList<>();
            for (int i = 0; i < STABLE; i++) {
                roots.add(engine.docker().merged(engine.docker().run("stable-" + i)));
            }
            agent.awaitHealthy(STABLE);
            List<CompletableFuture<Void>> churn = new ArrayList<>();
            for (int i = 0; i < LANES; i++) {
                churn.add(CompletableFuture.runAsync(() -> churn(engine.docker()), lanes));
            }
            try {
                lose(roots, mounts, agent);
            } finally {
                over.set(true);
            }
            churn.forEach(CompletableFuture::join);
            System.err.printf("%d lives, %d samples, the last %s%n", lives.get(), samples.size(), last());
            assertThat(agent.openFaults()).isZero();
            assertThat(agent.events("action.failed")).isEmpty();
            assertThat(agent.events("sensor.blinded")).isEmpty();
        } finally {
            lanes.shutdownNow();
        }
        assertThat(samples).allSatisfy(each -> {
            assertThat(each.journalMebibytes()).isLessThan(JOURNAL_MEBIBYTES + 1);
            assertThat(each.mebibytes()).isLessThan(130);
            assertThat(each.threads()).isLessThan(64);
        });
        if (LONG) {
            grew("resident MiB", Sample::mebibytes, 6);
            grew("threads", Sample::threads, 3);
            grew("descriptors", Sample::descriptors, 12);
        }
    }

    /** Each must be back before the next is lost. */
    private void lose(List<Path> roots, Roots mounts, AgentProcess agent) throws Exception {
        long end = System.nanoTime() + LASTS.toNanos();
        for (int i = 0; System.nanoTime() < end; i++) {
            Path root = roots.get(i % roots.size());
            FileStatus own = mounts.status(root);
            long begin = mounts.lose(root, i % 2 == 1);
            assertThat(mounts.awaitBack(root, own, begin, PATIENCE)).isPositive();
            samples.add(Sample.of(agent, directory.resolve("journal")));
            TimeUnit.MILLISECONDS.sleep(PACE_MILLIS);
        }
    }

    /** What people do with containers, until told otherwise. */
    private void churn(Docker docker) {
        while (!over.get()) {
            int number = lives.incrementAndGet();
            String name = "churn-" + number;
            String id = docker.run(name);
            docker.exec(id, "", "true").orFail();
            switch (number % 5) {
                case 0 -> docker.command("rename", name, name + "-too").orFail();
                case 1 -> docker.restart(id).orFail();
                case 2 -> docker.command("stop", "--time", "0", id).orFail();
                case 3 -> docker.command("pause", id).orFail();
                default ->
                    docker.copyOut(id, "/etc/passwd", directory.resolve(name)).orFail();
            }
            docker.remove(id).orFail();
        }
    }

    /** From the second sixth, when all is warm, to the last. */
    private void grew(String what, ToDoubleFunction<Sample> figure, double most) {
        int part = samples.size() / 6;
        double early = Sample.median(samples.subList(part, 2 * part), figure);
        double late = Sample.median(samples.subList(samples.size() - part, samples.size()), figure);
        System.err.printf("%s: %.1f, then %.1f%n", what, early, late);
        assertThat(late - early).as("%s from %s to %s", what, early, late).isLessThanOrEqualTo(most);
    }

    private Sample last() {
        return samples.get(samples.size() - 1);
    }
}
