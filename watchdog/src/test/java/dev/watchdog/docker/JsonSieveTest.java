package dev.watchdog.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonSieveTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final WantedFields.Node INSPECTED =
            Objects.requireNonNull(WantedFields.of("/v1.41/containers/" + "0".repeat(64) + "/json"));
    private static final WantedFields.Node LISTED =
            Objects.requireNonNull(WantedFields.of("/v1.41/containers/json?all=0"));

    private static String sieve(WantedFields.Node wanted, String json) throws IOException {
        try (InputStream in =
                new JsonSieve(new ByteArrayInputStream(json.getBytes(UTF_8)), wanted, 1 << 20, 1 << 16, 4_096)) {
            return new String(in.readAllBytes(), UTF_8).strip();
        }
    }

    @Test
    void whatIsWantedPassesAsItStands() throws IOException {
        assertThat(sieve(
                        LISTED,
                        " [ {\"Labels\":{\"Id\":\"x\"},\"Id\" : \"a\\\"\\u00e9\u00e9\",\"Names\":[\"/b\",[1],{\"Id\":2},null]},"
                                + "{\"Mounts\":[[]],\"Id\":-1.5e+3} ] "))
                .isEqualTo("[{\"Id\":\"a\\\"\\u00e9\u00e9\",\"Names\":[\"/b\",null,null,null]},{\"Id\":-1.5e+3}]");
        assertThat(sieve(INSPECTED, "{\"State\":{\"Pid\":7,\"Health\":{\"Pid\":8}},\"GraphDriver\":null,\"Name\":{}}"))
                .isEqualTo("{\"State\":{\"Pid\":7},\"GraphDriver\":null,\"Name\":null}");
        assertThat(sieve(LISTED, "")).isEmpty();
        assertThat(sieve(LISTED, "[]\n{}\ntrue")).isEqualTo("[]\n{}\nnull");
    }

    @Test
    void textsThatAreTooLongAreNull() throws IOException {
        String longest = "x".repeat(4_096);
        assertThat(sieve(LISTED, "{\"Id\":\"" + longest + "\"}")).isEqualTo("{\"Id\":\"" + longest + "\"}");
        assertThat(sieve(LISTED, "{\"Names\":[\"" + longest + "x\",\"b\"],\"Id\":1" + "0".repeat(99) + "}"))
                .isEqualTo("{\"Names\":[null,\"b\"],\"Id\":null}");
        assertThat(sieve(LISTED, "{\"" + "n".repeat(500_000) + "\\\"\":\"" + "v".repeat(500_000) + "\",\"Id\":1}"))
                .isEqualTo("{\"Id\":1}");
        assertThat(sieve(LISTED, "{\"a\":" + "[".repeat(300_000) + "]".repeat(300_000) + ",\"Id\":1}"))
                .isEqualTo("{\"Id\":1}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"Id\"", "{\"Id\":", "[", "[1,", "{\"Id\":\"a", "{\"x\":[{\"y\":\"\\", "{\"Id\":1,"})
    void whatEndsEarlyIsToldApart(String json) {
        assertThatThrownBy(() -> sieve(LISTED, json)).isInstanceOf(EOFException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{Id:1}", "{\"Id\" 1}", "{\"Id\":}", "[{} {}]", "{,}", "]", "<html>", "{\"Id\":1;}", "\u0000"})
    void whatIsNoJsonIsToldApart(String json) {
        assertThatThrownBy(() -> sieve(LISTED, json))
                .isInstanceOfSatisfying(
                        BadAnswer.class, bad -> assertThat(bad.isTooLarge()).isFalse());
    }

    @Test
    void bothWhatIsReadAndWhatPassesAreBounded() {
        for (String json :
                List.of("{\"x\":\"" + "y".repeat(1 << 20) + "\"}", "[" + "{\"Id\":1},".repeat(10_000) + "{}]")) {
            assertThatThrownBy(() -> sieve(LISTED, json))
                    .isInstanceOfSatisfying(
                            BadAnswer.class, bad -> assertThat(bad.isTooLarge()).isTrue());
        }
    }

    /** Against a whole tree, made smaller by hand. */
    @Test
    void passesTheSameAsATreeWould() throws IOException {
        SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < 3_000; i++) {
            JsonNode whole = random(random, 4);
            String pretty = random.nextBoolean()
                    ? whole.toString()
                    : JSON.writerWithDefaultPrettyPrinter().writeValueAsString(whole);
            assertThat(JSON.readTree(sieve(INSPECTED, pretty)))
                    .as(pretty)
                    .isEqualTo(JSON.readTree(reduced(whole, INSPECTED, true).toString()));
        }
    }

    private static JsonNode reduced(JsonNode whole, WantedFields.Node wanted, boolean arrays) {
        JsonNodeFactory make = JsonNodeFactory.instance;
        if (whole.isObject() && !wanted.isLeaf()) {
            ObjectNode object = make.objectNode();
            wanted.fields().forEach((name, node) -> {
                if (whole.has(name)) {
                    object.set(name, reduced(whole.get(name), node, true));
                }
            });
            return object;
        }
        if (whole.isArray() && arrays) {
            ArrayNode array = make.arrayNode();
            whole.forEach(each -> array.add(reduced(each, wanted, false)));
            return array;
        }
        return wanted.isLeaf() && whole.isValueNode() ? whole : make.nullNode();
    }

    private static final List<String> NAMES =
            List.of("Id", "Name", "State", "Pid", "GraphDriver", "Data", "MergedDir", "x", "y\"\\\u00e9", "");

    private static JsonNode random(SplittableRandom random, int depth) {
        JsonNodeFactory make = JsonNodeFactory.instance;
        return switch (random.nextInt(depth > 0 ? 8 : 5)) {
            case 0 -> make.numberNode(random.nextInt(-9, 99_999));
            case 1 -> make.booleanNode(random.nextBoolean());
            case 2 -> make.nullNode();
            case 3, 4 -> make.textNode(NAMES.get(random.nextInt(NAMES.size())) + "\n\u0001{[,:\ud83d\ude00");
            case 5 -> {
                ArrayNode array = make.arrayNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    array.add(random(random, depth - 1));
                }
                yield array;
            }
            default -> {
                ObjectNode object = make.objectNode();
                for (int i = random.nextInt(6); i > 0; i--) {
                    object.set(NAMES.get(random.nextInt(NAMES.size())), random(random, depth - 1));
                }
                yield object;
            }
        };
    }

    @Test
    void anyBytesEndInOneOfThreeWays() {
        SplittableRandom random = new SplittableRandom(12);
        String alphabet = "{}[]\",:\\ 0atn\u00e9Id";
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = random.nextInt(40); j > 0; j--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                assertThat(sieve(LISTED, text.toString())).isNotNull();
            } catch (EOFException | BadAnswer e) {
                assertThat(e).hasMessageNotContaining("\n");
            } catch (IOException e) {
                throw new AssertionError(text.toString(), e);
            }
        }
    }
}
