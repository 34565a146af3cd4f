package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.watchdog.agent.Agent;
import dev.watchdog.events.CommandEvent;
import dev.watchdog.events.Topic;
import dev.watchdog.testing.Broker;
import dev.watchdog.testing.ForeignTools;
import dev.watchdog.testing.NeedsForeign;
import dev.watchdog.testing.Programs;
import dev.watchdog.testing.SharedBroker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Commands as programs in other languages write them, to the real agent on a real broker. */
@NeedsForeign
@ExtendWith(SharedBroker.class)
class ForeignSendersIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final List<String> MODES = List.of("structured", "binary");

    @TempDir
    Path directory;

    @Test
    void commandsOfTheSdkForJavaScriptAndOfPlainPythonAreCarriedOut(Broker broker) throws IOException {
        try (CommandScene scene = new CommandScene(directory, broker.bootstrapServers(), broker.topics());
                Agent agent = Agent.start(scene.setup("h1", Map.of()))) {
            assertThat(agent).isNotNull();
            await().atMost(PATIENCE).until(() -> scene.topicNames().contains(scene.topic(Topic.REPLIES)));
            Map<String, String> senders = new LinkedHashMap<>();
            for (String mode : MODES) {
                JsonNode javaScript = made(ForeignTools.node("command.mjs", arguments(scene, mode)));
                assertThat(javaScript.path("time").asText())
                        .as("its milliseconds")
                        .contains(".");
                JsonNode python = made(ForeignTools.python("command.py", arguments(scene, mode)));
                assertThat(python.path("time").asText()).endsWith("+00:00");
                send(scene, javaScript);
                send(scene, python);
                senders.put(javaScript.path("id").asText(), "JavaScript, " + mode);
                senders.put(python.path("id").asText(), "Python, " + mode);
            }
            senders.forEach((id, sender) -> {
                await().atMost(PATIENCE)
                        .failFast(sender, () -> assertThat(scene.deadLetters()).isEmpty())
                        .until(() -> !scene.answers(id).isEmpty());
                assertThat(scene.answers(id).get(0).data()).as(sender).isInstanceOf(CommandEvent.Succeeded.class);
            });
        }
    }

    private static String[] arguments(CommandScene scene, String mode) {
        return new String[] {mode, scene.privateKey().toString(), "ops", "h1", "report"};
    }

    private static JsonNode made(Programs.Ran ran) throws IOException {
        return JSON.readTree(ran.orFail().out());
    }

    /** With headers that are not set as clients for JavaScript write them: there, without a value. */
    private static void send(CommandScene scene, JsonNode made) {
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(scene.topic(Topic.COMMANDS), "h1", bytes(made.path("value")));
        made.path("headers")
                .properties()
                .forEach(header -> record.headers()
                        .add(header.getKey(), header.getValue().isNull() ? null : bytes(header.getValue())));
        scene.send(record);
    }

    private static byte[] bytes(JsonNode text) {
        return text.asText().getBytes(StandardCharsets.UTF_8);
    }
}
