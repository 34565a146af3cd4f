package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.agent.Agent;
import dev.watchdog.events.CommandEvent;
import dev.watchdog.events.CommandRequest;
import dev.watchdog.events.Event;
import dev.watchdog.events.Target;
import dev.watchdog.events.Topic;
import dev.watchdog.testing.KafkaTopics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A whole agent that ticks when it is told to, and the account of it from both sides: the lines that its ticks leave, and
 * the answers that an outsider reads. Fewer than 200 in a minute, or the agent's own budget holds some back.
 */
final class TickAccount implements AutoCloseable {
    private static final String HOST = "h1";

    private final CommandScene scene;
    private final Path file;
    private @Nullable Agent agent;
    private final Map<String, String> sent = new LinkedHashMap<>();

    /**
     * Makes all but the agent.
     *
     * @param servers where the agent finds Kafka
     * @param topics where the outsider does
     */
    TickAccount(Path directory, String servers, KafkaTopics topics) throws IOException {
        scene = new CommandScene(directory, servers, topics);
        file = directory.resolve("ticks");
    }

    /** Starts the agent and waits until it has made the topics that are missing. */
    void start() throws IOException {
        agent = Agent.start(scene.setup(HOST, Map.of(), new TickDomain(file)));
        await().atMost(KafkaScene.PATIENCE)
                .until(() -> scene.topicNames().contains(scene.topic(Topic.COMMANDS))
                        && scene.topicNames().contains(scene.topic(Topic.DEAD_LETTERS))
                        && scene.topicNames().contains(scene.topic(Topic.REPLIES)));
    }

    /** Ends the agent; its journal stays. */
    void stop() {
        if (agent != null) {
            agent.close();
            agent = null;
        }
    }

    CommandScene scene() {
        return scene;
    }

    /** The names of its topics. */
    Collection<String> topics() {
        return scene.topicNames();
    }

    /** Sends so many commands, every third of them twice, without waiting. */
    void ask(int count) {
        for (int i = 0; i < count; i++) {
            String n = Integer.toString(sent.size());
            CommandRequest tick = scene.request(new Target.Host(HOST), TickDomain.VERB, Map.of("n", n));
            sent.put(tick.id(), n);
            for (int copies = i % 3 == 0 ? 2 : 1; copies > 0; copies--) {
                scene.sendSoon(tick);
            }
        }
    }

    /** Waits until each has an answer. */
    void awaitAnswered() {
        await().atMost(KafkaScene.PATIENCE)
                .untilAsserted(() -> assertThat(scene.finals().keySet()).containsAll(sent.keySet()));
    }

    /** Each was carried out once, and has one answer, which says so. */
    void assertEachOnce() throws IOException {
        assertThat(scene.lost()).isEmpty();
        awaitAnswered();
        Map<String, Set<Event>> finals = scene.finals();
        assertThat(finals.keySet()).isEqualTo(sent.keySet());
        assertThat(finals.values())
                .allSatisfy(answers -> assertThat(answers)
                        .singleElement()
                        .extracting(Event::data)
                        .isInstanceOf(CommandEvent.Succeeded.class));
        assertThat(Files.readAllLines(file)).containsExactlyInAnyOrderElementsOf(sent.values());
        assertThat(scene.deadLetters()).isEmpty();
    }

    @Override
    public void close() {
        stop();
        scene.close();
    }
}
