package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.events.Topic;
import dev.watchdog.testing.BrokerLink;
import dev.watchdog.testing.BrokerLink.Way;
import dev.watchdog.testing.BrokerProcess;
import dev.watchdog.testing.KafkaTopics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The broker is far away, over a narrow link that is cut now and then: everything goes its way, only later. */
@Timeout(600)
class SlowBrokerIT {
    private static final long SEED = 20_261_128;
    private static final int CUTS = Boolean.getBoolean("watchdog.long") ? 60 : 6;
    private static final Duration DELAY = Duration.ofMillis(Boolean.getBoolean("watchdog.long") ? 1_000 : 300);
    private static final int BYTES_PER_SECOND = 64 << 10;
    private static final int BACKLOG = 5_000;

    @TempDir
    static Path shared;

    private static final BrokerLink LINK = new BrokerLink();
    private static BrokerProcess broker = none();

    private final String prefix = KafkaTopics.prefix();

    @TempDir
    Path directory;

    @SuppressWarnings("NullAway") // set before all tests
    private static BrokerProcess none() {
        return null;
    }

    @BeforeAll
    static void start() {
        broker = BrokerProcess.startBehind(LINK, shared, Map.of());
    }

    @AfterAll
    static void stop() {
        broker.close();
        LINK.close();
    }

    @Test
    void overASlowLinkAllArrivesCommandsAreAnsweredAndTheHealerWaitsForNothing() throws Exception {
        LINK.fast();
        try (TickAccount ticks = ticks();
                KafkaScene scene = afterOneThatMadeTheTopics(ticks)) {
            scene.append(0, 300);
            commandsForOthers(ticks.scene());
            ticks.ask(3);
            ticks.start();
            scene.assertHealerAnswersAtOnce();
            assertThat(scene.report().lag()).as("the link is slow").isPositive();
            ticks.awaitAnswered();
            scene.awaitDelivered();

            scene.append(300, BACKLOG);
            scene.assertHealerAnswersAtOnce();
            assertThat(scene.report().lag()).as("the link is slow").isGreaterThan(BACKLOG / 2);
            ticks.ask(3);
            LINK.fast();
            scene.awaitDelivered();
            scene.assertAllArrivedOnce(broker.topics(), 300 + BACKLOG);
            ticks.assertEachOnce();
        }
    }

    /** Kafka hands out a batch whole, however little is asked for at a time. */
    @Test
    void whatIsTooLargeForTheLinkIsToldAndReadOnceTheLinkCarriesIt() throws Exception {
        LINK.fast();
        try (TickAccount ticks = ticks()) {
            ticks.start();
            LINK.slow(Duration.ofMillis(300), BYTES_PER_SECOND);
            CommandScene scene = ticks.scene();
            scene.send(new ProducerRecord<>(scene.topic(Topic.COMMANDS), "h2", new byte[14 * BYTES_PER_SECOND]));
            await().atMost(KafkaScene.PATIENCE).until(() -> hostState(scene).contains("does not arrive in time"));
            ticks.ask(2);
            LINK.fast();
            ticks.awaitAnswered();
            await().atMost(KafkaScene.PATIENCE).until(() -> !hostState(scene).contains("does not arrive in time"));
            ticks.assertEachOnce();
        }
    }

    private static String hostState(CommandScene scene) {
        List<ConsumerRecord<String, byte[]>> all = broker.topics().read(scene.topic(Topic.HOSTS));
        return all.isEmpty() ? "" : new String(all.get(all.size() - 1).value(), StandardCharsets.UTF_8);
    }

    @Test
    void cutInTheMiddleOfARecordAndJoinedAgainItLosesNothing() throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        LINK.fast();
        try (KafkaScene scene = scene();
                TickAccount ticks = ticks()) {
            ticks.start();
            EventStream stream = new EventStream(scene, 0, Duration.ofMillis(20));
            try (stream) {
                for (int i = 0; i < CUTS; i++) {
                    stream.awaitMore(random.nextInt(200));
                    CompletableFuture<Void> cut = cut(i);
                    ticks.ask(2);
                    KafkaScene.get(cut);
                    scene.assertHealerAnswersAtOnce();
                    LINK.restore();
                    scene.awaitDeliveredSoFar();
                }
            }
            scene.awaitDelivered();
            scene.assertAllArrivedOnce(broker.topics(), stream.written());
            ticks.assertEachOnce();
        }
    }

    /** An agent has been here before: one takes no command that is older than its journal. */
    private KafkaScene afterOneThatMadeTheTopics(TickAccount ticks) throws Exception {
        ticks.start();
        ticks.stop();
        LINK.slow(DELAY, BYTES_PER_SECOND);
        return scene();
    }

    /** In turn: records on their way out, what says that they have arrived, and commands on their way in. */
    private CompletableFuture<Void> cut(int i) {
        return switch (i % 3) {
            case 0 -> LINK.cut(Way.TO_BROKER, 2_000);
            case 1 -> LINK.cut(Way.TO_CLIENT, 2);
            default -> LINK.cut(Way.TO_CLIENT, 500);
        };
    }

    /** More than the link carries before the agent gives a request up: it has to read them and pass over. */
    private static void commandsForOthers(CommandScene scene) {
        for (int i = 0; i < 9 * BYTES_PER_SECOND; i += 4 << 10) {
            scene.send(new ProducerRecord<>(scene.topic(Topic.COMMANDS), "h2", new byte[4 << 10]));
        }
    }

    private KafkaScene scene() throws Exception {
        return new KafkaScene(directory.resolve("journal"), KafkaScene.settings(LINK.bootstrapServers(), prefix));
    }

    private TickAccount ticks() throws Exception {
        return new TickAccount(directory, LINK.bootstrapServers(), broker.topics());
    }
}
