package dev.watchdog.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.watchdog.kafka.KafkaAttack;
import dev.watchdog.linux.FileStatus;
import dev.watchdog.linux.Niceness;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Every attacker who can size something, at once, and a root of an ordinary container lost each second: how long each is
 * away, and what the agent takes. Half-way it is started anew, beside all that is there by then. Fails when a root does
 * not come back, when the agent ends, or when somebody with a key gets no answer.
 */
final class SiegeBench {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration EVERY = Duration.ofSeconds(1);
    /** The agent's own, for the thread with the stop-watch: it must not wait for the attackers to see what is back. */
    private static final int NICE = -10;

    private final Scene scene;
    private final Report report;
    private final KafkaAttack kafka;
    private final Histogram away = Report.micros();
    private final List<Double> resident = new ArrayList<>();
    private int lost;

    private SiegeBench(Scene scene, KafkaAttack kafka) {
        this.scene = scene;
        this.report = scene.report;
        this.kafka = kafka;
    }

    /** Ten minutes at ten times the size of what was reported; the quick one is half a minute at that size. */
    static void run(Report report, boolean quick) throws Exception {
        Siege.Size size = quick ? new Siege.Size(1, 120_000, 4) : new Siege.Size(10, 1_200_000, 40);
        try (Scene scene = new Scene(report, quick);
                KafkaAttack kafka = new KafkaAttack(scene.directory("broker"), quick ? 200 : 2_000)) {
            // none of them five times in ten minutes, which would be flapping
            scene.containers(quick ? 20 : 150);
            new SiegeBench(scene, kafka).run(size, Duration.ofSeconds(quick ? 15 : 300));
        }
    }

    private void run(Siege.Size size, Duration half) throws Exception {
        AgentProcess[] current = {agent()};
        try {
            current[0].awaitHealthy(scene.ids.size());
            try (Siege siege = Siege.begin(scene, size, kafka, () -> current[0].port())) {
                Scene.say("the siege has begun, " + siege.listening() + " sockets listen");
                lose(half, current[0]);
                tell(current[0], "agent that was there before");
                current[0].close();
                current[0] = agent();
                current[0].awaitHealthy(scene.ids.size());
                report.times("start to ready, besieged", of(current[0].readyMillis()), "");
                lose(half, current[0]);
                tell(current[0], "agent started beside it");
                kafka.awaitAnswered();
            }
        } finally {
            current[0].close();
        }
    }

    private AgentProcess agent() throws Exception {
        Path directory = scene.directory("besieged");
        return new AgentProcess(scene.home, directory, scene.engine.address(), "1GiB", kafka.configuration());
    }

    private static Histogram of(long millis) {
        Histogram one = Report.micros();
        one.recordValue(millis * 1_000);
        return one;
    }

    private void lose(Duration span, AgentProcess agent) throws Exception {
        away.reset();
        resident.clear();
        boolean ignored = Niceness.set(NICE);
        long begun = System.nanoTime();
        for (long next = begun; next - begun < span.toNanos(); next += EVERY.toNanos()) {
            TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
            Path rootfs = scene.roots.get(lost % scene.roots.size());
            FileStatus root = scene.mounts.status(rootfs);
            long begin = scene.mounts.lose(rootfs, lost++ % 2 == 1);
            away.recordValue(scene.mounts.awaitBack(rootfs, root, begin, PATIENCE));
            if (!agent.isAlive()) {
                throw new IllegalStateException("the agent ended after " + lost + " losses");
            }
            resident.add(agent.residentMebibytes());
        }
        ignored = Niceness.set(0);
    }

    private void tell(AgentProcess agent, String which) {
        agent.awaitNoOpenFault();
        report.times("root lost to back, " + which, away, "p99 <= 250");
        int third = resident.size() / 3;
        report.figure("resident at most, first third, " + which, most(0, third), "MiB", "");
        report.figure("resident at most, last third, " + which, most(2 * third, resident.size()), "MiB", "flat");
        report.note("containers", agent.states().toString());
        report.note("batches written", Integer.toString(kafka.written()));
        for (String type : List.of("action.failed", "action.undone", "sensor.blinded")) {
            List<JsonNode> events = agent.events(type);
            report.note(type, events.size() + (events.isEmpty() ? "" : ", the last: " + events.get(events.size() - 1)));
        }
        Stages.tell(report, agent, "");
    }

    private double most(int from, int to) {
        return resident.subList(from, to).stream()
                .mapToDouble(each -> each)
                .max()
                .orElse(0);
    }
}
