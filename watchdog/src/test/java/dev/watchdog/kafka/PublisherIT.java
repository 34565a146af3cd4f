package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.events.CommandEvent;
import dev.watchdog.events.ContentMode;
import dev.watchdog.events.Event;
import dev.watchdog.events.EventData;
import dev.watchdog.events.EventNames;
import dev.watchdog.events.HostState;
import dev.watchdog.events.Message;
import dev.watchdog.events.RecordEvent;
import dev.watchdog.events.StateFormat;
import dev.watchdog.events.StateReport;
import dev.watchdog.events.Subject;
import dev.watchdog.events.SubjectState;
import dev.watchdog.events.Topic;
import dev.watchdog.healing.WatchedSubject;
import dev.watchdog.testing.Broker;
import dev.watchdog.testing.KafkaTopics;
import dev.watchdog.testing.SharedBroker;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What goes out, with a broker that is well. */
@ExtendWith(SharedBroker.class)
@Timeout(300)
class PublisherIT {
    private final String prefix = KafkaTopics.prefix();

    @TempDir
    Path directory;

    @Test
    void everyEntryGoesToItsTopicInOrderUnderTheHostsKey(Broker broker) throws Exception {
        try (KafkaScene scene = new KafkaScene(directory, KafkaScene.settings(broker.bootstrapServers(), prefix))) {
            scene.append(0, 2_000);
            scene.awaitDelivered();
            KafkaScene.get(scene.bus.ask(
                    new dev.watchdog.healing.Command("p1", "pause", Map.of("for", "PT1M"), "http", "a test"),
                    KafkaScene.PATIENCE));
            scene.awaitDelivered();

            List<ConsumerRecord<String, byte[]>> faults = broker.topics().read(Topic.FAULTS.named(prefix));
            assertThat(faults).allMatch(each -> each.key().equals(KafkaScene.HOST));
            // a batch whose answer is late is sent again, and readers know it by its ids
            List<Event> events = KafkaScene.withoutRepeats(KafkaScene.events(faults)).stream()
                    .filter(event -> event.data() instanceof dev.watchdog.events.FaultRaised)
                    .toList();
            assertThat(events).extracting(KafkaScene::text).containsExactlyElementsOf(names(0, 2_000));
            assertThat(events).extracting(Event::source).containsOnly(scene.journal.source());
            assertThat(KafkaScene.events(broker.topics().read(Topic.REPLIES.named(prefix))))
                    .extracting(event -> (Object) event.data().getClass())
                    .containsExactly(CommandEvent.Accepted.class, CommandEvent.Succeeded.class);
        }
    }

    @Test
    void inBinaryModeAttributesAreHeaders(Broker broker) throws Exception {
        KafkaSettings settings =
                KafkaScene.with(broker.bootstrapServers(), prefix, ContentMode.BINARY, true, Map.of(), Map.of());
        try (KafkaScene scene = new KafkaScene(directory, settings)) {
            scene.append(0, 3);
            scene.awaitDelivered();
            List<ConsumerRecord<String, byte[]>> faults = broker.topics().read(Topic.FAULTS.named(prefix));
            assertThat(KafkaScene.headers(faults.get(0)))
                    .containsEntry("ce_type", "dev.watchdog.fault.raised.v1")
                    .containsEntry("ce_source", scene.journal.source())
                    .containsEntry("content-type", "application/json");
            assertThat(KafkaScene.events(faults)).extracting(KafkaScene::text).contains("n0", "n1", "n2");
        }
    }

    @Test
    void whereItCameToIsRememberedAndAnAnswerIsSentAgainWhenAskedFor(Broker broker) throws Exception {
        KafkaSettings settings = KafkaScene.settings(broker.bootstrapServers(), prefix);
        Event answer;
        try (KafkaScene scene = new KafkaScene(directory, settings)) {
            KafkaScene.get(scene.bus.ask(
                    new dev.watchdog.healing.Command("r1", "resume", Map.of(), "http", "a test"), KafkaScene.PATIENCE));
            scene.append(0, 10);
            scene.awaitDelivered();
            scene.redeploy();
            scene.append(10, 10);
            scene.awaitDelivered();
            List<Event> replies = KafkaScene.events(broker.topics().read(Topic.REPLIES.named(prefix)));
            answer = replies.get(replies.size() - 1);
            scene.again(answer);
            await().atMost(KafkaScene.PATIENCE)
                    .until(() ->
                            broker.topics().read(Topic.REPLIES.named(prefix)).size() == replies.size() + 1);
        }
        List<Event> replies = KafkaScene.events(broker.topics().read(Topic.REPLIES.named(prefix)));
        assertThat(replies.get(replies.size() - 1)).isEqualTo(answer);
        assertThat(faults(broker)).containsExactlyElementsOf(names(0, 20));
    }

    @Test
    void theCompactedTopicsAreCompleteAndWhatHasGoneIsTakenBack(Broker broker) throws Exception {
        KafkaSettings settings = KafkaScene.settings(broker.bootstrapServers(), prefix);
        try (KafkaScene scene = new KafkaScene(directory, settings)) {
            scene.watched.add(watched("container/a", "healthy"));
            scene.watched.add(watched("container/b", "faulty"));
            await().atMost(KafkaScene.PATIENCE).until(() -> inventory(broker).size() == 2);
            scene.watched.remove(0);
            await().atMost(KafkaScene.PATIENCE)
                    .until(() -> inventory(broker).keySet().equals(Set.of("host-1/container/b")));
            scene.redeploy();
            scene.watched.add(watched("container/c", "healthy"));
            await().atMost(KafkaScene.PATIENCE).until(() -> inventory(broker).size() == 2);
            await().atMost(KafkaScene.PATIENCE)
                    .until(() -> broker.topics().read(Topic.HOSTS.named(prefix)).size() > 3);
        }
        assertThat(inventory(broker).get("host-1/container/b"))
                .isEqualTo(new SubjectState(
                        Subject.parse("container/b"),
                        KafkaScene.HOST,
                        "the b",
                        "faulty",
                        Map.of("container.rootfs-lost", "observe"),
                        new dev.watchdog.events.Evidence(Map.of("image", "x")),
                        List.of()));
        List<ConsumerRecord<String, byte[]>> hosts = broker.topics().read(Topic.HOSTS.named(prefix));
        assertThat(hosts).allMatch(each -> each.key().equals(KafkaScene.HOST));
        HostState host = (HostState) report(hosts.get(hosts.size() - 1)).state();
        assertThat(host.labels()).isEqualTo(Map.of("rack", "b7"));
        assertThat(host.kafka().connected()).isTrue();
    }

    @Test
    void topicsThatAreMissingAreMadeAndTheStatesAreCompacted(Broker broker) throws Exception {
        try (KafkaScene scene = new KafkaScene(directory, KafkaScene.settings(broker.bootstrapServers(), prefix))) {
            scene.append(0, 1);
            scene.awaitDelivered();
        }
        assertThat(broker.topics().names(prefix)).hasSize(Topic.values().length);
        for (Topic topic : List.of(Topic.HOSTS, Topic.INVENTORY)) {
            String name = topic.named(prefix);
            assertThat(broker.topics().setting(name, TopicConfig.CLEANUP_POLICY_CONFIG))
                    .isEqualTo("compact");
            assertThat(broker.topics().setting(name, TopicConfig.SEGMENT_MS_CONFIG))
                    .as("what is in the open segment is not compacted")
                    .isEqualTo("3600000");
            assertThat(broker.topics().setting(name, TopicConfig.SEGMENT_BYTES_CONFIG))
                    .isEqualTo("8388608");
            assertThat(broker.topics().setting(name, TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG))
                    .isEqualTo("0.1");
        }
        assertThat(broker.topics().setting(Topic.FAULTS.named(prefix), TopicConfig.SEGMENT_MS_CONFIG))
                .as("a topic of events is as the brokers have it")
                .isNotEqualTo("3600000");
    }

    @Test
    void eventsNameTheirHostAndTheirSubject(Broker broker) throws Exception {
        try (KafkaScene scene = new KafkaScene(directory, KafkaScene.settings(broker.bootstrapServers(), prefix))) {
            scene.watched.add(watched("container/c1", "faulty"));
            scene.append(0, 1);
            scene.awaitDelivered();
            await().atMost(KafkaScene.PATIENCE).until(() -> inventory(broker).size() == 1);
        }
        assertThat(names(broker, Topic.FAULTS)).containsOnly(new EventNames("node1", "the 1"));
        assertThat(names(broker, Topic.INVENTORY)).containsOnly(new EventNames("node1", "the 1"));
        assertThat(names(broker, Topic.HOSTS)).containsOnly(new EventNames("node1", "node1"));
    }

    @Test
    void theLastHeartbeatOfAnAgentThatEndsSaysGoodbyeAndThatOfOneWhoseWayOutIsMadeAnewDoesNot(Broker broker)
            throws Exception {
        try (KafkaScene scene = new KafkaScene(directory, KafkaScene.settings(broker.bootstrapServers(), prefix))) {
            await().atMost(KafkaScene.PATIENCE).until(() -> scene.report().connected());
            scene.redeploy();
            await().atMost(KafkaScene.PATIENCE).until(() -> scene.report().connected());
            scene.append(0, 1);
            scene.awaitDelivered();
            assertThat(heartbeats(broker)).isNotEmpty().allMatch(each -> each.stoppedAt() == null);
            scene.live.stopActing();
            scene.undeploy();
        }
        List<HostState> all = heartbeats(broker);
        HostState last = all.get(all.size() - 1);
        assertThat(last.stoppedAt()).isNotNull().isEqualTo(last.validUntil());
        assertThat(all.subList(0, all.size() - 1))
                .allMatch(each -> each.stoppedAt() == null && each.validUntil() != null);
    }

    private List<HostState> heartbeats(Broker broker) {
        return broker.topics().read(Topic.HOSTS.named(prefix)).stream()
                .map(each -> (HostState) report(each).state())
                .toList();
    }

    private Set<EventNames> names(Broker broker, Topic topic) {
        return broker.topics().read(topic.named(prefix)).stream()
                .map(each -> EventNames.of(Message.toCloudEvent(each.value(), KafkaScene.headers(each))))
                .collect(Collectors.toSet());
    }

    @Test
    void topicsThatItMayNotMakeAreWaitedForAndTold(Broker broker) throws Exception {
        KafkaSettings settings =
                KafkaScene.with(broker.bootstrapServers(), prefix, ContentMode.STRUCTURED, false, Map.of(), Map.of());
        try (KafkaScene scene = new KafkaScene(directory, settings)) {
            scene.append(0, 100);
            scene.awaitBlind("these topics are missing: " + prefix + "actions");
            assertThat(broker.topics().names(prefix)).isEmpty();
            for (Topic topic : Topic.values()) {
                broker.topics().create(topic.named(prefix), 3);
            }
            scene.awaitDelivered();
            assertThat(faults(broker)).containsExactlyElementsOf(names(0, 100));
        }
    }

    @Test
    void whatTheHostWritesStaysInOnePartitionWhenSomeAreAdded(Broker broker) throws Exception {
        try (KafkaScene scene = new KafkaScene(directory, KafkaScene.settings(broker.bootstrapServers(), prefix))) {
            scene.append(0, 100);
            scene.awaitDelivered();
            broker.topics().addPartitions(Topic.FAULTS.named(prefix), 7);
            scene.append(100, 100);
            scene.redeploy();
            scene.append(200, 100);
            scene.awaitDelivered();
        }
        assertThat(broker.topics().read(Topic.FAULTS.named(prefix)))
                .extracting(ConsumerRecord::partition)
                .containsOnly(0);
        assertThat(faults(broker)).containsExactlyElementsOf(names(0, 300));
    }

    @Test
    void aTopicMadeAnewWithFewerPartitionsIsUsedAndCompleteAgain(Broker broker) throws Exception {
        for (Topic topic : Topic.values()) {
            broker.topics().create(topic.named(prefix), 50);
        }
        try (KafkaScene scene = new KafkaScene(directory, KafkaScene.settings(broker.bootstrapServers(), prefix))) {
            scene.watched.add(watched("container/a", "healthy"));
            await().atMost(KafkaScene.PATIENCE).until(() -> inventory(broker).size() == 1);
            for (Topic topic : Topic.values()) {
                broker.topics().delete(topic.named(prefix));
            }
            scene.append(0, 100);
            scene.awaitDelivered();
            await().atMost(KafkaScene.PATIENCE).until(() -> inventory(broker).size() == 1);
            assertThat(faults(broker)).endsWith("n99");
        }
    }

    @Test
    void whatTheBrokerRefusesForGoodGoesAsideWithTheReasonAndTheRestGoesOn(Broker broker) throws Exception {
        broker.topics()
                .admin()
                .createTopics(List.of(new NewTopic(Topic.FAULTS.named(prefix), 1, (short) 1)
                        .configs(Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "4000"))))
                .all()
                .get();
        try (KafkaScene scene = new KafkaScene(directory, KafkaScene.settings(broker.bootstrapServers(), prefix))) {
            scene.append(0, 3);
            KafkaScene.get(
                    scene.journal.append(dev.watchdog.journal.Batch.of(List.of(KafkaScene.entry("x".repeat(9_000))))));
            scene.append(3, 3);
            await().atMost(KafkaScene.PATIENCE)
                    .until(() -> !broker.topics().names(prefix + "dead").isEmpty()
                            && broker.topics()
                                            .read(Topic.DEAD_LETTERS.named(prefix))
                                            .size()
                                    == 1);
            scene.awaitDelivered();
        }
        assertThat(faults(broker)).containsExactlyElementsOf(names(0, 6));
        EventData letter = KafkaScene.events(broker.topics().read(Topic.DEAD_LETTERS.named(prefix)))
                .get(0)
                .data();
        assertThat(letter).isInstanceOfSatisfying(RecordEvent.Undelivered.class, aside -> {
            assertThat(aside.eventType()).isEqualTo("dev.watchdog.fault.raised.v1");
            assertThat(aside.topic()).isEqualTo(Topic.FAULTS.named(prefix));
            assertThat(aside.why()).isNotEmpty();
        });
    }

    private List<String> faults(Broker broker) {
        return KafkaScene.withoutRepeats(KafkaScene.events(broker.topics().read(Topic.FAULTS.named(prefix)))).stream()
                .filter(event -> event.data() instanceof dev.watchdog.events.FaultRaised)
                .map(KafkaScene::text)
                .toList();
    }

    private Map<String, SubjectState> inventory(Broker broker) {
        Map<String, SubjectState> states = new HashMap<>();
        if (broker.topics().names(Topic.INVENTORY.named(prefix)).isEmpty()) {
            return states;
        }
        broker.topics().read(Topic.INVENTORY.named(prefix)).forEach(each -> {
            if (each.value() == null) {
                states.remove(each.key());
            } else {
                states.put(each.key(), (SubjectState) report(each).state());
            }
        });
        return states;
    }

    private static StateReport report(ConsumerRecord<String, byte[]> each) {
        return Objects.requireNonNull(
                StateFormat.fromCloudEvent(Message.toCloudEvent(each.value(), KafkaScene.headers(each))));
    }

    private static WatchedSubject watched(String subject, String state) {
        return new WatchedSubject(
                Subject.parse(subject), "the " + subject.substring(subject.length() - 1), state, Map.of("image", "x"));
    }

    static List<String> names(int from, int count) {
        return IntStream.range(from, from + count).mapToObj(n -> "n" + n).toList();
    }
}
