package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.testing.BrokerProcess;
import dev.watchdog.testing.KafkaTopics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The broker dies, hangs and comes back while things happen: everything arrives, in order, and nobody waits for it. */
@Timeout(600)
class BrokerOutageIT {
    private static final long SEED = 20_261_128;
    private static final int BACKLOG = 10_000;
    private static final int DEATHS = Boolean.getBoolean("watchdog.long") ? 20 : 2;

    private final String prefix = KafkaTopics.prefix();

    @TempDir
    Path directory;

    private BrokerProcess broker = none();

    @SuppressWarnings("NullAway") // set before each test
    private static BrokerProcess none() {
        return null;
    }

    @BeforeEach
    void start() {
        broker = BrokerProcess.start(directory, Map.of());
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void whileItHangsTheHealerAnswersAndWhatPilesUpDrainsInOrder() throws Exception {
        try (KafkaScene scene = scene()) {
            scene.append(0, 100);
            scene.awaitDelivered();
            broker.freeze();
            scene.append(100, BACKLOG);
            scene.awaitBlind("takes what is sent");
            scene.assertHealerAnswersAtOnce();
            assertThat(scene.report().connected()).isFalse();
            assertThat(scene.report().lag()).isGreaterThanOrEqualTo(BACKLOG);
            broker.thaw();
            scene.awaitDelivered();
            await().atMost(KafkaScene.PATIENCE)
                    .until(() -> !scene.live.healer().blind().containsKey(Link.SENSOR));
            scene.assertAllArrivedOnce(broker.topics(), 100 + BACKLOG);
        }
    }

    @Test
    void killedAgainAndAgainUnderAStreamItLosesNothingAndKeepsTheOrder() throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        try (KafkaScene scene = scene()) {
            EventStream stream = new EventStream(scene, 0, Duration.ofMillis(10));
            try (stream) {
                for (int death = 0; death < DEATHS; death++) {
                    stream.awaitMore(500 + random.nextInt(500));
                    broker.kill();
                    broker.restart();
                }
            }
            scene.awaitDelivered();
            scene.assertAllArrivedOnce(broker.topics(), stream.written());
        }
    }

    @Test
    void anAgentThatStartsWithoutABrokerFindsItLater() throws Exception {
        broker.kill();
        try (KafkaScene scene = scene()) {
            scene.append(0, 50);
            scene.awaitBlind("no broker of " + broker.bootstrapServers() + " answers");
            broker.restart();
            scene.awaitDelivered();
            scene.assertAllArrivedOnce(broker.topics(), 50);
        }
    }

    private KafkaScene scene() throws Exception {
        return new KafkaScene(directory.resolve("journal"), KafkaScene.settings(broker.bootstrapServers(), prefix));
    }
}
