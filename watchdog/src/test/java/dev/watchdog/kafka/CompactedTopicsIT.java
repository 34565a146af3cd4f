package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.events.HostState;
import dev.watchdog.events.Message;
import dev.watchdog.events.State;
import dev.watchdog.events.StateFormat;
import dev.watchdog.events.Subject;
import dev.watchdog.events.SubjectState;
import dev.watchdog.events.Topic;
import dev.watchdog.healing.WatchedSubject;
import dev.watchdog.testing.Broker;
import dev.watchdog.testing.KafkaTopics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A broker compacts the topics of states: who comes afterwards learns how each host and each subject is. */
@Timeout(300)
class CompactedTopicsIT {
    /** How often the broker looks for what it can compact. */
    private static final Map<String, String> QUICK_CLEANER = Map.of("log.cleaner.backoff.ms", "200");

    /** Segments are closed at once, not after an hour; whether and how they are compacted is as the agent set it. */
    private static final ConfigEntry SMALL = new ConfigEntry(TopicConfig.SEGMENT_MS_CONFIG, "200");

    private static final Duration COMPACTION = Duration.ofSeconds(60);

    private static final String CHANGING = KafkaScene.HOST + "/container/changing";

    private final String prefix = KafkaTopics.prefix();

    @TempDir
    Path directory;

    @Test
    void whoReadsAfterACompactionSeesTheLastOfEachKey() throws Exception {
        try (Broker broker = Broker.start(directory.resolve("broker"), QUICK_CLEANER)) {
            try (KafkaScene scene = new KafkaScene(
                    directory.resolve("agent"), KafkaScene.settings(broker.bootstrapServers(), prefix))) {
                // steady is told once, first of all: its record is the oldest
                scene.watched.addAll(List.of(watched("steady", "healthy"), watched("gone", "healthy")));
                scene.watched.add(watched("changing", "healthy"));
                await().atMost(KafkaScene.PATIENCE)
                        .until(() -> states(broker, Topic.INVENTORY).size() == 3);
                closeSegmentsAtOnce(broker, Topic.INVENTORY);
                closeSegmentsAtOnce(broker, Topic.HOSTS);
                scene.watched.remove(1);
                for (int i = 0; i < 6; i++) {
                    change(scene, broker, i % 2 == 0 ? "faulty" : "left-alone");
                }
                awaitCompaction(broker, Topic.INVENTORY, CHANGING);
                awaitCompaction(broker, Topic.HOSTS, KafkaScene.HOST);

                assertThat(subject(broker, "steady").state()).isEqualTo("healthy");
                assertThat(subject(broker, "changing").state()).isEqualTo("left-alone");
                assertThat(states(broker, Topic.INVENTORY)).hasSize(2);
                assertThat(host(broker).stoppedAt()).isNull();
                scene.live.stopActing();
                scene.undeploy();
            }
            assertThat(host(broker).stoppedAt()).isNotNull();
            assertThat(host(broker).labels()).isEqualTo(Map.of("rack", "b7"));
        }
    }

    private static WatchedSubject watched(String id, String state) {
        return new WatchedSubject(new Subject("container", id), "the " + id, state, Map.of());
    }

    private void change(KafkaScene scene, Broker broker, String state) {
        scene.watched.set(1, watched("changing", state));
        await().atMost(KafkaScene.PATIENCE)
                .until(() -> subject(broker, "changing").state().equals(state));
    }

    private void closeSegmentsAtOnce(Broker broker, Topic topic) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.named(prefix));
        broker.topics()
                .admin()
                .incrementalAlterConfigs(Map.of(resource, List.of(new AlterConfigOp(SMALL, AlterConfigOp.OpType.SET))))
                .all()
                .get();
    }

    /** Most of what was written of a key has gone: more stays where the newest segment is not closed yet. */
    private void awaitCompaction(Broker broker, Topic topic, String key) {
        await(topic.toString()).atMost(COMPACTION).untilAsserted(() -> {
            List<ConsumerRecord<String, byte[]>> left = broker.topics().read(topic.named(prefix));
            assertThat(left.get(left.size() - 1).offset()).isGreaterThan(6);
            assertThat(left.stream().filter(each -> each.key().equals(key))).hasSizeLessThanOrEqualTo(3);
        });
    }

    /** What a reader has who begins at the oldest record and keeps the last of each key. */
    private Map<String, State> states(Broker broker, Topic topic) {
        Map<String, State> last = new HashMap<>();
        if (broker.topics().names(topic.named(prefix)).isEmpty()) {
            return last;
        }
        for (ConsumerRecord<String, byte[]> record : broker.topics().read(topic.named(prefix))) {
            if (record.value() == null) {
                last.remove(record.key());
            } else {
                last.put(
                        record.key(),
                        Objects.requireNonNull(StateFormat.fromCloudEvent(
                                        Message.toCloudEvent(record.value(), KafkaScene.headers(record))))
                                .state());
            }
        }
        return last;
    }

    private SubjectState subject(Broker broker, String id) {
        return (SubjectState)
                Objects.requireNonNull(states(broker, Topic.INVENTORY).get(KafkaScene.HOST + "/container/" + id));
    }

    private HostState host(Broker broker) {
        return (HostState) Objects.requireNonNull(states(broker, Topic.HOSTS).get(KafkaScene.HOST));
    }
}
