package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.agent.Agent;
import dev.watchdog.events.CommandEvent;
import dev.watchdog.events.CommandRequest;
import dev.watchdog.events.CommandSigner;
import dev.watchdog.events.ContentMode;
import dev.watchdog.events.Event;
import dev.watchdog.events.Keys;
import dev.watchdog.events.Target;
import dev.watchdog.events.Topic;
import dev.watchdog.testing.Broker;
import dev.watchdog.testing.SharedBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The real agent on a real broker, commanded by an outsider. */
@ExtendWith(SharedBroker.class)
class CommandsIT {
    private static final Target HERE = new Target.Host("h1");
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    Path directory;

    private final List<Agent> agents = new ArrayList<>();
    private CommandScene scene = nothing();

    @SuppressWarnings("NullAway") // set before each test
    private static CommandScene nothing() {
        return null;
    }

    @BeforeEach
    void makeScene(Broker broker) throws IOException {
        scene = new CommandScene(directory, broker.bootstrapServers(), broker.topics());
    }

    @AfterEach
    void stop() {
        agents.parallelStream().forEach(Agent::close);
        scene.close();
    }

    @Test
    void aCommandIsCarriedOutOnceAndAnsweredOnce() throws IOException {
        start("h1");
        CommandRequest tick = scene.request(HERE, TickDomain.VERB, Map.of("n", "7"));
        for (ContentMode mode : ContentMode.values()) {
            scene.send(tick, scene.signer().sign(tick, mode));
        }
        String report = scene.send(scene.request(HERE, "report", Map.of()));

        assertThat(answer(report)).isInstanceOf(CommandEvent.Succeeded.class);
        assertThat(answer(tick.id())).isInstanceOf(CommandEvent.Succeeded.class);
        scene.send(tick);
        String last = scene.send(scene.request(HERE, "report", Map.of()));
        answer(last);
        assertThat(ticks("h1")).containsExactly("7");
        assertThat(scene.answers(tick.id())).hasSize(1);
        long same = scene.events(Topic.REPLIES).stream()
                .filter(event -> event.id() == scene.answers(tick.id()).get(0).id())
                .count();
        assertThat(same).as("the same answer goes out again").isGreaterThanOrEqualTo(2);
    }

    @Test
    void whatIsNotToBeTrustedIsADeadLetterAndTheNextIsRead() throws IOException {
        start("h1");
        CommandRequest tick = scene.request(HERE, TickDomain.VERB, Map.of("n", "1"));
        scene.send(tick, CommandSigner.unsigned(tick, ContentMode.STRUCTURED));
        scene.send(tick, new CommandSigner("ops", Keys.generate().getPrivate()).sign(tick, ContentMode.BINARY));
        scene.send(new ProducerRecord<>(scene.topic(Topic.COMMANDS), "h1", new byte[] {'{', 0, 1}));
        scene.send(new ProducerRecord<>(scene.topic(Topic.COMMANDS), "h1", new byte[200_000]));
        scene.send(new ProducerRecord<>(scene.topic(Topic.COMMANDS), "h1", null));
        scene.send(new ProducerRecord<>(scene.topic(Topic.COMMANDS), "h2", new byte[] {'{'}));
        scene.send(new ProducerRecord<>(scene.topic(Topic.COMMANDS), null, new byte[] {'{'}));
        CommandRequest elsewhere = scene.request(new Target.Host("h2"), TickDomain.VERB, Map.of("n", "2"));
        scene.send(scene.toRecord("h1", scene.signer().sign(elsewhere, ContentMode.STRUCTURED)));
        String good = scene.send(scene.request(HERE, TickDomain.VERB, Map.of("n", "3")));

        assertThat(answer(good)).isInstanceOf(CommandEvent.Succeeded.class);
        assertThat(ticks("h1")).containsExactly("3");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(scene.deadLetters()).hasSize(6));
        assertThat(scene.deadLetters()).allMatch(letter -> letter.key().equals("h1"));
        assertThat(scene.deadLetters().get(0).why()).isEqualTo("it is not signed");
        assertThat(scene.deadLetters().get(5).why()).contains("its target another");
        assertThat(scene.answers(tick.id())).isEmpty();
    }

    @Test
    void whatIsNotAllowedIsRejectedAndTellsWhy() throws IOException {
        scene.ring("verbs: [report, tick], subjects: [host]");
        start("h1");
        String verb = scene.send(scene.request(HERE, "pause", Map.of("for", "PT1M")));
        String subject = scene.send(scene.request(HERE, "report", Map.of("subject", "container/1")));
        String fleet = scene.send(scene.request(new Target.Fleet(), "report", Map.of()));
        Instant now = Instant.now();
        String old = scene.send(scene.request(HERE, "report", Map.of(), now.minusSeconds(120), now.minusSeconds(60)));
        String longLived = scene.send(scene.request(HERE, "report", Map.of(), now, now.plus(Duration.ofDays(2))));
        String future = scene.send(scene.request(HERE, "report", Map.of(), now.plusSeconds(600), now.plusSeconds(900)));

        assertThat(rejection(verb)).isEqualTo("the key ops may not ask for pause");
        assertThat(rejection(subject)).contains("container/1");
        assertThat(rejection(fleet)).contains("whole fleet");
        assertThat(answer(old)).isInstanceOf(CommandEvent.Expired.class);
        assertThat(rejection(longLived)).contains("the longest that is allowed");
        assertThat(rejection(future)).contains("in the future");
        scene.ring("verbs: [\"*\"], subjects: [\"*\"]");
        await().atMost(PATIENCE).untilAsserted(() -> {
            String again = scene.send(scene.request(HERE, "pause", Map.of("for", "PT1M")));
            assertThat(answer(again)).isInstanceOf(CommandEvent.Succeeded.class);
        });
        scene.send(scene.request(HERE, "resume", Map.of()));
    }

    @Test
    void tenHostsEachHearWhatIsForThem() throws IOException {
        for (int i = 0; i < 10; i++) {
            start("h" + i);
        }
        String fleet = scene.send(scene.request(new Target.Fleet(), "report", Map.of()));
        String rack =
                scene.send(scene.request(new Target.Labels(Map.of("rack", "r1", "name", "h4")), "report", Map.of()));
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            ids.add(scene.send(
                    scene.request(new Target.Host("h" + i % 10), TickDomain.VERB, Map.of("n", Integer.toString(i)))));
        }

        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(scene.answers(fleet)).hasSize(10);
            assertThat(scene.answers(rack)).hasSize(1);
            assertThat(ids).allSatisfy(id -> assertThat(scene.answers(id)).hasSize(1));
        });
        assertThat(scene.answers(rack).get(0).source()).startsWith("/hosts/h4/");
        for (int i = 0; i < 10; i++) {
            assertThat(ticks("h" + i)).containsExactlyInAnyOrder("" + i, "" + (i + 10), "" + (i + 20));
        }
    }

    @Test
    void whatExpiredWhileItWasAwayIsToldSoAndNeverDone() throws IOException {
        start("h1");
        answer(scene.send(scene.request(HERE, "report", Map.of())));
        agents.remove(0).close();
        Instant yesterday = Instant.now().minus(Duration.ofHours(23));
        List<String> stale = IntStream.range(0, 20)
                .mapToObj(i -> scene.send(scene.request(
                        HERE, TickDomain.VERB, Map.of("n", "" + i), yesterday, yesterday.plusSeconds(300))))
                .toList();
        String fresh = scene.send(scene.request(HERE, TickDomain.VERB, Map.of("n", "99")));
        start("h1");

        assertThat(answer(fresh)).isInstanceOf(CommandEvent.Succeeded.class);
        assertThat(stale).allSatisfy(id -> assertThat(answer(id)).isInstanceOf(CommandEvent.Expired.class));
        assertThat(ticks("h1")).containsExactly("99");
    }

    @Test
    void partitionsMayBeAddedAndTheTopicMadeAnew() throws IOException {
        start("h1");
        answer(scene.send(scene.request(HERE, TickDomain.VERB, Map.of("n", "1"))));
        scene.topics().addPartitions(scene.topic(Topic.COMMANDS), 4);
        List<String> spread = new ArrayList<>();
        for (int partition = 0; partition < 4; partition++) {
            spread.add(sendTo(partition, "1" + partition));
        }
        assertThat(spread).allSatisfy(id -> assertThat(answer(id)).isInstanceOf(CommandEvent.Succeeded.class));

        scene.topics().delete(scene.topic(Topic.COMMANDS));
        await().atMost(PATIENCE)
                .until(() -> !scene.topics().names(scene.prefix()).contains(scene.topic(Topic.COMMANDS)));
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            if (!scene.topics().names(scene.prefix()).contains(scene.topic(Topic.COMMANDS))) {
                scene.topics().create(scene.topic(Topic.COMMANDS), 1);
            }
            return true;
        });
        // left to itself the producer may choose a partition that is no more
        assertThat(answer(sendTo(0, "2"))).isInstanceOf(CommandEvent.Succeeded.class);
        assertThat(ticks("h1")).containsExactlyInAnyOrder("1", "10", "11", "12", "13", "2");
    }

    private String sendTo(int partition, String n) {
        CommandRequest tick = scene.request(HERE, TickDomain.VERB, Map.of("n", n));
        ProducerRecord<String, byte[]> plain =
                scene.toRecord("h1", scene.signer().sign(tick, ContentMode.STRUCTURED));
        scene.send(new ProducerRecord<>(plain.topic(), partition, plain.key(), plain.value(), plain.headers()));
        return tick.id();
    }

    private void start(String host) throws IOException {
        agents.add(Agent.start(scene.setup(host, Map.of(), new TickDomain(directory.resolve(host + ".ticks")))));
        await().atMost(PATIENCE)
                .until(() -> scene.topics().names(scene.prefix()).contains(scene.topic(Topic.REPLIES)));
    }

    private List<String> ticks(String host) throws IOException {
        Path file = directory.resolve(host + ".ticks");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private CommandEvent answer(String command) {
        await().atMost(PATIENCE).until(() -> !scene.answers(command).isEmpty());
        List<Event> answers = scene.answers(command);
        assertThat(answers).hasSize(1);
        return (CommandEvent) answers.get(0).data();
    }

    private String rejection(String command) {
        CommandEvent answer = answer(command);
        assertThat(answer).isInstanceOf(CommandEvent.Rejected.class);
        return ((CommandEvent.Rejected) answer).why();
    }
}
