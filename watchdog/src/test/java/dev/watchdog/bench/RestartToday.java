package dev.watchdog.bench;

import dev.watchdog.docker.Docker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What people do today, done as well as it can be: an exec health check, unhealthy at its first failure, and a loop that
 * looks once a second and restarts what is unhealthy without a grace, again until that works.
 */
final class RestartToday {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Scene scene;

    RestartToday(Scene scene) {
        this.scene = scene;
    }

    void run() throws Exception {
        int count = scene.quick ? 1 : 10;
        scene.containers(count, "--health-cmd", "true", "--health-interval", "10s", "--health-retries", "1");
        Docker docker = scene.docker();
        Histogram whole = Report.micros();
        int lost = 0;
        int refused = 0;
        for (int i = 0; i < count; i++) {
            String id = scene.ids.get(i);
            Path root = scene.roots.get(i);
            awaitHealth(docker, id, "healthy");
            // at any moment between two checks
            TimeUnit.MILLISECONDS.sleep(1_000L * i);
            long pid = docker.pid(id);
            long begin = scene.mounts.lose(root, true);
            awaitHealth(docker, id, "unhealthy");
            while (docker.restart(id).exit() != 0) {
                refused++;
            }
            docker.exec(id, "", "true").orFail();
            whole.recordValue((System.nanoTime() - begin) / 1_000);
            lost += docker.pid(id) == pid ? 0 : 1;
        }
        scene.report.times("health check every 10 s, then docker restart", whole, "for comparison");
        scene.report.figure("  of it: containers whose processes were lost", lost, "of " + count, "");
        scene.report.figure("  of it: restarts that failed", refused, "", "");
    }

    private static void awaitHealth(Docker docker, String id, String wanted) throws Exception {
        long begin = System.nanoTime();
        while (!docker.inspect(id, ".State.Health.Status").equals(wanted)) {
            if (System.nanoTime() - begin > PATIENCE.toNanos()) {
                throw new IllegalStateException(id + " was not " + wanted + " within " + PATIENCE);
            }
            TimeUnit.SECONDS.sleep(1);
        }
    }
}
