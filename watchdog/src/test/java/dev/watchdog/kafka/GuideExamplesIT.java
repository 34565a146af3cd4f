package dev.watchdog.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.agent.Agent;
import dev.watchdog.events.CloudEventsFormat;
import dev.watchdog.events.CommandRequest;
import dev.watchdog.events.CommandSigner;
import dev.watchdog.events.ContentMode;
import dev.watchdog.events.Event;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.events.Keys;
import dev.watchdog.events.Message;
import dev.watchdog.events.Target;
import dev.watchdog.events.Topic;
import dev.watchdog.testing.Broker;
import dev.watchdog.testing.KafkaTopics;
import dev.watchdog.testing.NeedsForeign;
import dev.watchdog.testing.Programs;
import dev.watchdog.testing.SharedBroker;
import io.cloudevents.CloudEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The examples of the guide of events-schema as they stand there, with stock tools: only where the broker is and what the
 * topics' names begin with are put in their places.
 */
@NeedsForeign
@ExtendWith(SharedBroker.class)
class GuideExamplesIT {
    private static final Path GUIDE = Path.of("../events-schema/README.md");
    private static final Path HERE = Path.of("src/test/java/dev/watchdog/kafka/GuideExamplesIT.java");
    private static final Path KEYS = Path.of("../events-schema/src/test/resources/keys");
    private static final String HOST = "7c1e9a52d0b84f3f";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String prefix = KafkaTopics.prefix();

    @TempDir
    Path directory;

    @Test
    void kcatAndPythonHearOfAFaultAndOfTheHost(Broker broker) throws Exception {
        try (KafkaScene scene = new KafkaScene(directory, KafkaScene.settings(broker.bootstrapServers(), prefix))) {
            scene.append(0, 1);
            scene.awaitDelivered();
            Path script = Files.writeString(directory.resolve("listen.py"), placed(block("python", 0), prefix, broker));
            hears(scene, "\"kind\":\"container.rootfs-lost\"", words(placed(block("sh", 0), prefix, broker)));
            hears(scene, "dev.watchdog.fault.raised.v1 container/c1", List.of("/usr/bin/python3", script.toString()));
            Programs.Ran hosts = Programs.run(
                            words(placed(block("sh", 1), prefix, broker)).toArray(String[]::new))
                    .orFail();
            assertThat(hosts.out()).contains(KafkaScene.HOST + " {", "\"validUntil\":", "\"hostname\":\"node1\"");
        }
    }

    /** It is read and believed for its key's sake, or it would be a dead letter; that its time is over is another matter. */
    @Test
    void kcatSendsTheCommandThatTheGuideShows(Broker broker) throws Exception {
        try (CommandScene scene = new CommandScene(directory, broker.bootstrapServers(), broker.topics())) {
            String key = Files.readString(KEYS.resolve("example.pub.pem")).replaceAll("-----[A-Z ]+-----|\\s", "");
            Path ring = directory.resolve("keys.yaml");
            Files.writeString(
                    ring,
                    Files.readString(ring) + "  - { id: example, publicKey: " + key
                            + ", verbs: [\"*\"], subjects: [\"*\"] }\n");
            try (Agent agent = Agent.start(scene.setup(HOST, Map.of()))) {
                assertThat(agent).isNotNull();
                await().atMost(PATIENCE).until(() -> scene.topicNames().contains(scene.topic(Topic.REPLIES)));
                Path command = Files.writeString(directory.resolve("command.json"), block("json", 0));
                List<String> words = words(placed(block("sh", 2), scene.prefix(), broker)).stream()
                        .map(word -> word.equals("command.json") ? command.toString() : word)
                        .toList();
                Programs.run(words.toArray(String[]::new)).orFail();
                String last = scene.send(scene.request(new Target.Host(HOST), "report", Map.of()));
                await().atMost(PATIENCE).until(() -> !scene.answers(last).isEmpty());
                assertThat(scene.deadLetters()).isEmpty();
            }
        }
    }

    @Test
    void javaSendsACommandAndReadsEvents(Broker broker) throws Exception {
        try (CommandScene scene = new CommandScene(directory, broker.bootstrapServers(), broker.topics());
                Producer<String, byte[]> producer = broker.topics().producer()) {
            String topic = Topic.COMMANDS.named(Topic.PREFIX);
            Message sent = send(Files.readString(scene.privateKey()), Instant.now(), new Listening(producer, topic));
            listen(sent.value(), sent.headers());
        }
        String here = bare(Files.readString(HERE));
        for (int i = 0; i < 2; i++) {
            assertThat(here).as("what is run here").contains(bare(block("java", i)));
        }
    }

    /** Takes the record in the producer's place, for the topic is that of the guide. */
    private record Listening(Producer<String, byte[]> producer, String topic) {
        void send(ProducerRecord<String, byte[]> record) throws ExecutionException, InterruptedException {
            assertThat(record.topic()).isEqualTo(topic);
            assertThat(record.headers().lastHeader("content-type")).isNotNull();
        }
    }

    private static void listen(byte[] value, Map<String, String> headers) {
        CloudEvent cloud = Message.toCloudEvent(value, headers);
        Event event = CloudEventsFormat.fromCloudEvent(cloud);
        if (event != null && event.data() instanceof FaultRaised raised) {
            System.out.println(event.subject() + " " + raised.kind() + ": "
                    + raised.evidence().summary());
        }
    }

    private static Message send(String pem, Instant now, Listening producer)
            throws ExecutionException, InterruptedException {
        CommandRequest request = new CommandRequest(
                UUID.randomUUID().toString(),
                "/teams/ops",
                now,
                now.plus(Duration.ofMinutes(5)),
                "heal",
                new Target.Host("7c1e9a52d0b84f3f"),
                Map.of("fault", "9b3e07d1-f70"),
                Map.of("state", "faulty"),
                "ticket 4711",
                false);
        Message message = new CommandSigner("ops-1", Keys.fromPem(pem)).sign(request, ContentMode.STRUCTURED);

        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(Topic.COMMANDS.named(Topic.PREFIX), "7c1e9a52d0b84f3f", message.value());
        message.headers().forEach((name, text) -> record.headers().add(name, text.getBytes(UTF_8)));
        producer.send(record);
        return message;
    }

    /** Runs a program that never ends beside a host with a fault after the other, until it tells of one. */
    private void hears(KafkaScene scene, String text, List<String> command) throws IOException {
        Path out = directory.resolve("heard");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        try {
            await().atMost(PATIENCE).untilAsserted(() -> {
                scene.append(0, 1);
                assertThat(Files.readString(out)).contains(text);
            });
        } finally {
            process.destroyForcibly().onExit().join();
        }
    }

    private static String placed(String example, String prefix, Broker broker) {
        assertThat(example).contains("localhost:9092", "watchdog.");
        return example.replace("localhost:9092", broker.bootstrapServers())
                .replaceAll("watchdog\\.(?=faults|actions|commands|hosts)", prefix);
    }

    private static List<String> words(String line) {
        return Pattern.compile("'([^']*)'|(\\S+)")
                .matcher(line)
                .results()
                .map(word -> word.group(1) == null ? word.group() : word.group(1))
                .toList();
    }

    /** Without comments and white space, which a formatter may set otherwise. */
    private static String bare(String java) {
        return java.replaceAll("//.*", "").replaceAll("\\s", "");
    }

    private static String block(String language, int number) throws IOException {
        Matcher blocks =
                Pattern.compile("(?ms)^```" + language + "\n(.*?)^```$").matcher(Files.readString(GUIDE));
        for (int i = 0; i <= number; i++) {
            assertThat(blocks.find()).isTrue();
        }
        return blocks.group(1);
    }
}
