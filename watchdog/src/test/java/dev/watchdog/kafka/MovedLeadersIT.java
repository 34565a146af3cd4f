package dev.watchdog.kafka;

import dev.watchdog.events.Topic;
import dev.watchdog.testing.BrokerCluster;
import dev.watchdog.testing.KafkaTopics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Of two brokers now this one leads and now that, and now and then the one that leads dies. */
@Timeout(1_800)
class MovedLeadersIT {
    private static final long SEED = 20_261_128;
    private static final int ROUNDS = Boolean.getBoolean("watchdog.long") ? 10 : 1;

    private final String prefix = KafkaTopics.prefix();

    @TempDir
    Path directory;

    private enum Change {
        LEADERS_TURN,
        COPIES_MOVE,
        LEADER_DIES
    }

    @Test
    void whoeverLeadsEventsKeepTheirOrderAndCommandsAreDoneOnce() throws Exception {
        Random random = new Random(SEED);
        try (BrokerCluster cluster = BrokerCluster.start(directory);
                KafkaScene scene = new KafkaScene(
                        directory.resolve("journal"), KafkaScene.settings(cluster.bootstrapServers(), prefix));
                TickAccount ticks = new TickAccount(directory, cluster.bootstrapServers(), cluster.topics())) {
            ticks.start();
            scene.append(0, 50);
            scene.awaitDelivered();
            List<String> topics = new ArrayList<>(scene.topics());
            topics.addAll(ticks.topics());
            EventStream stream = new EventStream(scene, 50, Duration.ofMillis(20));
            try (stream) {
                for (int round = 0; round < ROUNDS; round++) {
                    List<Change> changes = new ArrayList<>(List.of(Change.values()));
                    Collections.shuffle(changes, random);
                    for (Change change : changes) {
                        stream.awaitMore(random.nextInt(200));
                        ticks.ask(2);
                        make(change, cluster, topics, scene, ticks);
                        ticks.awaitAnswered();
                        scene.awaitDeliveredSoFar();
                    }
                }
            }
            scene.awaitDelivered();
            scene.assertAllArrivedOnce(cluster.topics(), stream.written());
            ticks.assertEachOnce();
        }
    }

    private void make(Change change, BrokerCluster cluster, List<String> topics, KafkaScene scene, TickAccount ticks)
            throws Exception {
        int leader = cluster.leader(Topic.FAULTS.named(prefix));
        switch (change) {
            case LEADERS_TURN -> cluster.turn(topics);
            case COPIES_MOVE -> cluster.gather(topics, cluster.other(leader));
            case LEADER_DIES -> {
                cluster.broker(leader).kill();
                ticks.ask(2);
                scene.assertHealerAnswersAtOnce();
                cluster.awaitWithout(topics, leader);
                ticks.awaitAnswered();
                scene.awaitDeliveredSoFar();
                cluster.broker(leader).restart();
                cluster.awaitInSync(topics);
            }
        }
    }
}
