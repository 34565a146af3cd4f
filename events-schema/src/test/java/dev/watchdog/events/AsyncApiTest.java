package dev.watchdog.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The AsyncAPI document says what the code does: each topic, type and schema, and no other. */
class AsyncApiTest {
    private static final Path FILE = Path.of("src/main/resources/dev/watchdog/events/asyncapi.yaml");
    private static final JsonNode ROOT = read();

    static Set<String> types() {
        return Schemas.types();
    }

    @Test
    void itIsAsyncApi3AndShipsInTheJar() {
        assertThat(ROOT.path("asyncapi").asText()).startsWith("3.");
        assertThat(ROOT.path("info").path("title").asText()).isNotBlank();
        assertThat(EventTypes.class.getResource("asyncapi.yaml")).isNotNull();
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        List<String> references = ROOT.findValuesAsText("$ref");

        assertThat(references).hasSizeGreaterThan(100).allSatisfy(reference -> {
            if (reference.startsWith("#")) {
                assertThat(ROOT.at(reference.substring(1)).isObject())
                        .as(reference)
                        .isTrue();
            } else {
                assertThat(Files.isRegularFile(FILE.resolveSibling(reference)))
                        .as(reference)
                        .isTrue();
            }
        });
    }

    @Test
    void thereIsAChannelForEachTopicWithItsTypes() {
        Map<String, Set<String>> expected = new TreeMap<>();
        Schemas.types()
                .forEach(type -> expected.computeIfAbsent(Topic.of(type).named("{prefix}"), topic -> new TreeSet<>())
                        .add(type));
        Map<String, Set<String>> channels = new TreeMap<>();
        ROOT.path("channels")
                .forEach(channel -> channel.path("messages")
                        .forEach(message -> channels.computeIfAbsent(
                                        channel.path("address").asText(), address -> new TreeSet<>())
                                .add(resolve(message).path("name").asText())));

        assertThat(channels).isEqualTo(expected);
        assertThat(ROOT.path("channels")).hasSize(expected.size());
        assertThat(ROOT.at("/components/messages")).hasSize(Schemas.types().size());
        assertThat(ROOT.at("/components/parameters/prefix/default").asText()).isEqualTo(Topic.PREFIX);
    }

    @ParameterizedTest
    @EnumSource(Topic.class)
    void eachIsCompactedOrNotAndSentOrReceived(Topic topic) {
        JsonNode channel = channel(topic);
        List<JsonNode> operations = stream(ROOT.path("operations"))
                .filter(operation -> resolve(operation.path("channel")).equals(channel))
                .toList();

        assertThat(channel.at("/bindings/kafka/topicConfiguration/cleanup.policy"))
                .extracting(JsonNode::asText)
                .containsExactly(topic.compacted() ? "compact" : "delete");
        assertThat(operations)
                .extracting(operation -> operation.path("action").asText())
                .containsExactly(topic == Topic.COMMANDS ? "receive" : "send");
    }

    @Test
    void commandsAreAnsweredByReplies() {
        JsonNode reply = ROOT.at("/operations/receiveCommands/reply");

        assertThat(resolve(reply.path("channel"))).isEqualTo(channel(Topic.REPLIES));
        assertThat(stream(reply.path("messages")).map(AsyncApiTest::resolve).map(AsyncApiTest::resolve))
                .extracting(message -> message.path("name").asText())
                .containsExactlyInAnyOrderElementsOf(Schemas.types().stream()
                        .filter(type -> Topic.of(type) == Topic.REPLIES)
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("types")
    void eachMessageHasItsEnvelopeAndItsData(String type) {
        String name = type.replaceFirst("dev\\.watchdog\\.", "");
        JsonNode message = ROOT.path("components").path("messages").path(name);
        JsonNode parts = message.at("/payload/schema/allOf");

        assertThat(message.path("name").asText()).isEqualTo(type);
        assertThat(message.path("title").asText())
                .isEqualTo(Schemas.tree(FILE.resolveSibling("schema/" + name + ".json"))
                        .path("title")
                        .asText());
        assertThat(message.path("contentType").asText()).isEqualTo(CloudEventsFormat.CONTENT_TYPE);
        assertThat(parts.at("/0/$ref").asText()).isEqualTo("schema/" + Schemas.envelope(type));
        assertThat(parts.at("/1/properties/type/const").asText()).isEqualTo(type);
        assertThat(parts.at("/1/properties/data/$ref").asText()).isEqualTo("schema/" + name + ".json");
        assertThat(message.at("/bindings/kafka/key/type").asText()).isEqualTo("string");
    }

    @Test
    void theExampleIsThatOfTheGuide() {
        assertThat(ROOT.at("/components/messages/command.requested.v1/examples/0/payload"))
                .isEqualTo(Schemas.tree(Path.of("src/test/resources/examples/command.requested.v1/valid-heal.json")));
    }

    private static JsonNode channel(Topic topic) {
        return stream(ROOT.path("channels"))
                .filter(channel -> channel.path("address").asText().equals(topic.named("{prefix}")))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? ROOT.at(node.path("$ref").asText().substring(1)) : node;
    }

    private static Stream<JsonNode> stream(JsonNode node) {
        return StreamSupport.stream(node.spliterator(), false);
    }

    private static JsonNode read() {
        try {
            return new YAMLMapper().readTree(Schemas.bytes(FILE));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
