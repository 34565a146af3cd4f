package dev.watchdog.bench;

import dev.watchdog.events.CloudEventsFormat;
import dev.watchdog.events.Event;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.events.Topic;
import dev.watchdog.kafka.CommandLatency;
import dev.watchdog.kafka.CommandScene;
import dev.watchdog.kafka.KafkaScene;
import dev.watchdog.testing.BrokerProcess;
import dev.watchdog.testing.KafkaTopics;
import dev.watchdog.testing.Trees;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What goes out to Kafka: how soon, how fast after an outage, and what it costs while nothing happens. */
final class KafkaBench {
    private static final Duration SETTLE = Duration.ofMinutes(2);
    private static final Duration IDLE = Duration.ofMinutes(5);

    private final Report report;
    private final boolean quick;
    private final Path directory;
    private final Map<String, Part> parts = new LinkedHashMap<>();

    private interface Part {
        void measure(BrokerProcess broker) throws Exception;
    }

    private KafkaBench(Report report, boolean quick, Path directory) {
        this.report = report;
        this.quick = quick;
        this.directory = directory;
        parts.put("events", this::events);
        parts.put("commands", this::commands);
        parts.put("catchup", this::catchUp);
        parts.put("idle", this::idle);
    }

    /**
     * Measures.
     *
     * @param only the names of the parts wanted; empty for all
     */
    static void run(Report report, boolean quick, Set<String> only) throws Exception {
        Path directory = Files.createTempDirectory("wd-bench-kafka-");
        try (BrokerProcess broker = BrokerProcess.start(directory, Map.of())) {
            for (Map.Entry<String, Part> part : new KafkaBench(report, quick, directory).parts.entrySet()) {
                if (only.isEmpty() || only.contains(part.getKey())) {
                    part.getValue().measure(broker);
                }
            }
        } finally {
            Trees.delete(directory);
        }
    }

    /** From the time at which the fault was seen, as its event has it, until a consumer holds that event. */
    private void events(BrokerProcess broker) throws Exception {
        String prefix = KafkaTopics.prefix();
        int wanted = quick ? 100 : 1_000;
        Histogram latency = Report.micros();
        broker.topics().create(Topic.FAULTS.named(prefix), 1);
        try (KafkaScene scene = new KafkaScene(
                        directory.resolve("events"), KafkaScene.settings(broker.bootstrapServers(), prefix));
                Consumer<String, byte[]> consumer = broker.topics().consumer(Topic.FAULTS.named(prefix))) {
            for (int i = -100; i < wanted; i++) {
                scene.see("c" + (i + 100));
                long micros = untilRaised(consumer);
                if (i >= 0) {
                    latency.recordValue(micros);
                }
            }
        }
        report.times("fault seen to its event consumed", latency, "p99 <= 50 ms");
    }

    private static long untilRaised(Consumer<String, byte[]> consumer) {
        while (true) {
            for (ConsumerRecord<String, byte[]> each : consumer.poll(Duration.ofMillis(100))) {
                Instant now = Instant.now();
                Event event = CloudEventsFormat.fromJson(each.value());
                if (event != null && event.data() instanceof FaultRaised) {
                    return Math.max(0, ChronoUnit.MICROS.between(event.time(), now));
                }
            }
        }
    }

    /** A signed command that changes nothing, from its producer to the consumer of its final answer. */
    private void commands(BrokerProcess broker) throws Exception {
        Histogram latency = Report.micros();
        Path home = Files.createDirectories(directory.resolve("commands"));
        try (CommandScene scene = new CommandScene(home, broker.bootstrapServers(), broker.topics())) {
            new CommandLatency(scene, broker.topics()).measure(quick ? 100 : 1_000, latency::recordValue);
        }
        report.times("command produced to its answer consumed", latency, "15, p99 <= 60 ms");
    }

    /** Everything of the journal of a long outage, in one JVM with the agent's own collector but not its heap. */
    private void catchUp(BrokerProcess broker) throws Exception {
        int backlog = quick ? 20_000 : 200_000;
        try (KafkaScene scene = new KafkaScene(
                directory.resolve("catchup"), KafkaScene.settings(broker.bootstrapServers(), KafkaTopics.prefix()))) {
            scene.append(0, 2_000);
            scene.awaitDelivered();
            scene.undeploy();
            scene.append(2_000, backlog);
            System.gc();
            long before = used();
            long begun = System.nanoTime();
            scene.deploy();
            scene.awaitDelivered();
            double seconds = (System.nanoTime() - begun) / 1e9;
            System.gc();
            report.figure("catch-up, " + backlog + " events", backlog / seconds, "events/s", ">= 20000");
            report.figure("heap kept by it", (used() - before) / (double) (1 << 20), "MiB", "flat");
        }
    }

    private static long used() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private void idle(BrokerProcess broker) throws Exception {
        String kafka = "kafka: { bootstrapServers: \"" + broker.bootstrapServers() + "\", topicPrefix: "
                + KafkaTopics.prefix() + " }";
        try (AgentProcess without = idle("without", "");
                AgentProcess with = idle("with", kafka)) {
            Thread.sleep(SETTLE.toMillis());
            List<Cost> costs = Cost.of(quick ? Duration.ofSeconds(20) : IDLE, without, with);
            costs.get(0).tell(report, "idle without Kafka");
            costs.get(1).tell(report, "idle with Kafka");
            Cost.tellDifference(report, "Kafka's part", costs, "<= 0.3", "<= 40");
        }
    }

    private AgentProcess idle(String name, String kafka) throws Exception {
        return new AgentProcess(
                Path.of(System.getProperty("watchdog.home")),
                directory.resolve("idle-" + name),
                "unix:///nonexistent/docker.sock",
                "1GiB",
                List.of(kafka, "domains: { containers: { enabled: false }, guests: { enabled: false } }"));
    }
}
