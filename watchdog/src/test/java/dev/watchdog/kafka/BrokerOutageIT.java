package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.events.Event;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.events.Topic;
import dev.watchdog.healing.Answer;
import dev.watchdog.healing.Command;
import dev.watchdog.testing.BrokerProcess;
import dev.watchdog.testing.KafkaTopics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
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

    /** The healer's own patience is seconds; what would take as long as a broker's is far more. */
    private static final Duration AT_ONCE = Duration.ofSeconds(5);

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
            for (int i = 0; i < 20; i++) {
                Answer answer = KafkaScene.get(
                        scene.bus.ask(new Command("r" + i, "resume", Map.of(), "http", "a test"), AT_ONCE));
                assertThat(answer.command()).isEqualTo("r" + i);
            }
            assertThat(scene.report().connected()).isFalse();
            assertThat(scene.report().lag()).isGreaterThanOrEqualTo(BACKLOG);
            broker.thaw();
            scene.awaitDelivered();
            await().atMost(KafkaScene.PATIENCE)
                    .until(() -> !scene.live.healer().blind().containsKey(Link.SENSOR));
            assertAllArrivedOnce(scene, 100 + BACKLOG);
        }
    }

    @Test
    void killedAgainAndAgainUnderAStreamItLosesNothingAndKeepsTheOrder() throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        AtomicInteger written = new AtomicInteger();
        AtomicBoolean enough = new AtomicBoolean();
        try (KafkaScene scene = scene()) {
            Thread stream = new Thread(
                    () -> {
                        while (!enough.get()) {
                            scene.append(written.get(), 50);
                            written.addAndGet(50);
                        }
                    },
                    "stream");
            stream.start();
            for (int death = 0; death < DEATHS; death++) {
                int target = written.get() + 500 + random.nextInt(500);
                await().atMost(KafkaScene.PATIENCE)
                        .pollInterval(Duration.ofMillis(5))
                        .until(() -> written.get() >= target);
                broker.kill();
                broker.restart();
            }
            enough.set(true);
            stream.join();
            scene.awaitDelivered();
            assertAllArrivedOnce(scene, written.get());
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
            assertAllArrivedOnce(scene, 50);
        }
    }

    private KafkaScene scene() throws Exception {
        return new KafkaScene(directory.resolve("journal"), KafkaScene.settings(broker.bootstrapServers(), prefix));
    }

    /** What a reader has that drops what it has seen by source and id. */
    private void assertAllArrivedOnce(KafkaScene scene, int count) {
        List<Event> all =
                KafkaScene.withoutRepeats(KafkaScene.events(broker.topics().read(Topic.FAULTS.named(prefix))));
        List<Long> ids = all.stream().map(Event::id).toList();
        List<Long> sorted = new ArrayList<>(ids);
        sorted.sort(null);
        assertThat(ids).isEqualTo(sorted);
        assertThat(all.stream()
                        .filter(event -> event.data() instanceof FaultRaised)
                        .map(KafkaScene::text)
                        .toList())
                .isEqualTo(PublisherIT.names(0, count));
        assertThat(scene.report().lag()).isZero();
    }
}
