package dev.watchdog.kafka;

import static org.awaitility.Awaitility.await;

import dev.watchdog.events.Target;
import dev.watchdog.events.Topic;
import dev.watchdog.testing.BrokerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.record.internal.CompressionType;

/** A broker, and somebody without a key who writes batches to the commands' topic that become very large. */
public final class KafkaAttack implements AutoCloseable {
    private static final String HOST = "h1";
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final Path directory;
    private final BrokerProcess broker;
    private final CommandScene scene;
    private final Map<CompressionType, HugeBatch> batches = new EnumMap<>(CompressionType.class);
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread thread = new Thread(this::write, "kafka-attack");
    private final List<Long> written = new ArrayList<>();

    /**
     * Starts the broker.
     *
     * @param mebibytes of one record, unpacked; below 2,048
     */
    public KafkaAttack(Path directory, int mebibytes) throws IOException {
        this.directory = directory;
        broker = BrokerProcess.start(directory, Map.of("message.max.bytes", Integer.toString(64 << 20)));
        scene = new CommandScene(directory, broker.bootstrapServers(), broker.topics());
        scene.topics().create(scene.topic(Topic.COMMANDS), 1);
        for (CompressionType type : List.of(CompressionType.GZIP, CompressionType.LZ4, CompressionType.ZSTD)) {
            HugeBatch batch = new HugeBatch(type);
            batch.record(HOST, mebibytes << 20);
            batches.put(type, batch);
        }
        thread.setDaemon(true);
    }

    /** What an agent is configured by that reads this topic. */
    public List<String> configuration() {
        return List.of(
                "host: { id: " + HOST + " }",
                "kafka: { bootstrapServers: \"" + broker.bootstrapServers() + "\", topicPrefix: " + scene.prefix()
                        + ", commands: { keyRing: \"" + directory.resolve("keys.yaml") + "\" } }");
    }

    /** Writes from now on. */
    public void begin() {
        thread.start();
    }

    /** A broker that needs longer for one of them than it may take is no end of it. */
    private void write() {
        try {
            while (over.getCount() > 0) {
                for (Map.Entry<CompressionType, HugeBatch> each : batches.entrySet()) {
                    try (RawWriter writer = new RawWriter(broker.bootstrapServers())) {
                        long offset = writer.write(scene.topic(Topic.COMMANDS), each.getKey(), each.getValue());
                        synchronized (written) {
                            written.add(offset);
                        }
                    } catch (IOException e) {
                        System.err.println("not written: " + e.getMessage());
                    }
                    if (over.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                        return;
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How many batches the broker has taken. */
    public int written() {
        synchronized (written) {
            return written.size();
        }
    }

    /** Writes no more, and waits until the agent has answered somebody with a key. */
    public void awaitAnswered() throws InterruptedException {
        end();
        String command = scene.send(scene.request(new Target.Host(HOST), "report", Map.of()));
        await().atMost(PATIENCE).until(() -> !scene.answers(command).isEmpty());
    }

    private void end() throws InterruptedException {
        over.countDown();
        thread.join();
    }

    @Override
    public void close() {
        over.countDown();
        scene.close();
        broker.close();
    }
}
