package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.events.CommandEvent;
import dev.watchdog.events.RecordEvent;
import dev.watchdog.events.Target;
import dev.watchdog.events.Topic;
import dev.watchdog.testing.BrokerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.record.internal.CompressionType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody who may write to the commands' topic, and has no key, writes what becomes 200 MiB: in every compression, as
 * one record, as many, as a key, a header, a million headers; some of it in batches larger than the agent fetches. The
 * agent is the packaged one, with its heap of 96 MiB, which ends by the first OutOfMemoryError.
 */
@Timeout(900)
class HugeBatchIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Pattern FROM = Pattern.compile("with those from (\\d+) on");
    private static final int HUGE = 200 << 20;
    private static final boolean LONG = Boolean.getBoolean("watchdog.long");

    private static final List<CompressionType> CODECS =
            List.of(CompressionType.GZIP, CompressionType.SNAPPY, CompressionType.LZ4, CompressionType.ZSTD);

    private static final List<Consumer<HugeBatch>> SHAPES = List.of(
            batch -> batch.record(HUGE),
            batch -> {
                for (int i = 0; i < 2_000; i++) {
                    batch.record("h2", HUGE / 2_000);
                }
            },
            batch -> batch.key(HUGE),
            batch -> batch.header(HUGE),
            batch -> batch.headers(1_000_000));

    @TempDir
    Path directory;

    private final List<Long> written = new ArrayList<>();

    @Test
    void nobodyEndsTheAgentByTheSizeOfWhatHeWrites() throws Exception {
        Map<String, String> large = Map.of("message.max.bytes", Integer.toString(64 << 20));
        try (BrokerProcess broker = BrokerProcess.start(directory, large);
                CommandScene scene = new CommandScene(directory, broker.bootstrapServers(), broker.topics());
                RawWriter writer = new RawWriter(broker.bootstrapServers())) {
            String topic = scene.topic(Topic.COMMANDS);
            scene.topics().create(topic, 1);
            for (int codec = 0; codec < CODECS.size(); codec++) {
                for (int shape = 0; shape < SHAPES.size(); shape++) {
                    // each shape and each codec in a run of every day; each of one with each of the other in a long one
                    if (LONG || shape == 0 || shape % CODECS.size() == codec) {
                        write(writer, topic, CODECS.get(codec), SHAPES.get(shape));
                    }
                }
            }
            write(writer, topic, CompressionType.NONE, batch -> batch.record(30 << 20));
            write(writer, topic, CompressionType.NONE, batch -> {
                for (int i = 0; i < 300; i++) {
                    batch.record("h2", 100 << 10);
                }
            });
            try (PackagedAgent agent =
                    new PackagedAgent(directory.resolve("h1"), List.of(), scene.environment("h1")).awaitReady()) {
                awaitAnswered(scene, agent);
                assertEachIsTold(scene);
                write(writer, topic, CompressionType.ZSTD, batch -> batch.record(HUGE));
                awaitAnswered(scene, agent);
                assertThat(peakMebibytes(agent)).as("resident").isLessThan(230);
            }
        }
    }

    private void write(RawWriter writer, String topic, CompressionType type, Consumer<HugeBatch> content)
            throws IOException {
        HugeBatch batch = new HugeBatch(type);
        content.accept(batch);
        long first = writer.write(topic, type, batch);
        written.add(first + batch.count() - 1);
    }

    /** The next command of somebody who has a key. */
    private static void awaitAnswered(CommandScene scene, PackagedAgent agent) {
        String command = scene.send(scene.request(new Target.Host("h1"), "report", Map.of()));
        await().atMost(PATIENCE)
                .failFast("the agent ended", () -> !agent.isAlive())
                .until(() -> !scene.answers(command).isEmpty());
        assertThat(scene.answers(command).get(0).data()).isInstanceOf(CommandEvent.Succeeded.class);
    }

    /** By the offset of its last record, or among those of which a letter says that they are passed over with others. */
    private void assertEachIsTold(CommandScene scene) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(written)
                        .allSatisfy(offset -> assertThat(scene.deadLetters())
                                .anyMatch(letter -> letter.offset() >= offset && first(letter) <= offset)));
    }

    private static long first(RecordEvent.Refused letter) {
        Matcher from = FROM.matcher(letter.why());
        return from.find() ? Long.parseLong(from.group(1)) : letter.offset();
    }

    /** VmHWM of proc(5). */
    private static long peakMebibytes(PackagedAgent agent) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + agent.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }
}
