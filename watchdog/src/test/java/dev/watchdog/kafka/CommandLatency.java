package dev.watchdog.kafka;

import dev.watchdog.agent.Agent;
import dev.watchdog.events.CloudEventsFormat;
import dev.watchdog.events.CommandEvent;
import dev.watchdog.events.CommandRequest;
import dev.watchdog.events.Event;
import dev.watchdog.events.Target;
import dev.watchdog.events.Topic;
import dev.watchdog.testing.KafkaTopics;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** How long one who commands the real agent over Kafka waits for its answer, one command after the other. */
public final class CommandLatency {
    private static final String HOST = "h1";
    private static final int WARM_UP = 100;

    private final CommandScene scene;
    private final KafkaTopics topics;

    public CommandLatency(CommandScene scene, KafkaTopics topics) {
        this.scene = scene;
        this.topics = topics;
    }

    /** Tells the microseconds of each. */
    public void measure(int commands, LongConsumer micros) throws IOException {
        topics.create(scene.topic(Topic.COMMANDS), 1);
        topics.create(scene.topic(Topic.REPLIES), 1);
        try (Agent agent = Agent.start(scene.setup(HOST, Map.of()));
                Consumer<String, byte[]> replies = topics.consumer(scene.topic(Topic.REPLIES))) {
            for (int i = -WARM_UP; i < commands && agent.unitsDown().isEmpty(); i++) {
                CommandRequest report = scene.request(new Target.Host(HOST), "report", Map.of());
                long begun = System.nanoTime();
                scene.sendSoon(report);
                untilAnswered(replies, report.id());
                if (i >= 0) {
                    micros.accept((System.nanoTime() - begun) / 1_000);
                }
            }
        }
    }

    private static void untilAnswered(Consumer<String, byte[]> replies, String command) {
        while (true) {
            for (ConsumerRecord<String, byte[]> each : replies.poll(Duration.ofMillis(100))) {
                Event event = CloudEventsFormat.fromJson(each.value());
                if (event != null
                        && event.data() instanceof CommandEvent.Succeeded answer
                        && answer.command().equals(command)) {
                    return;
                }
            }
        }
    }
}
