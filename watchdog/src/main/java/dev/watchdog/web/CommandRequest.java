package dev.watchdog.web;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.watchdog.events.CommandRules;
import dev.watchdog.healing.Command;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Reads a command from outside. All that is not exactly as expected is refused: what passes here is journalled, shown
 * to people and acted on. Pure, but for the id that it makes up when none is given.
 */
final class CommandRequest {
    static final int MOST_BYTES = 16 * 1024;

    private static final int DEEPEST = 4;
    private static final Set<String> FIELDS = Set.of("id", "verb", "arguments", "expect", "reason", "dryRun");

    private static final ObjectReader READER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .readerFor(JsonNode.class);

    private CommandRequest() {}

    /**
     * Reads the body.
     *
     * @param source who sends it
     * @param origin the door it came through
     * @throws Problem.Refusal with 400 and what is wrong
     */
    static Command read(byte[] body, String source, String origin) {
        JsonNode root = parse(body);
        for (Map.Entry<String, JsonNode> field : root.properties()) {
            if (!FIELDS.contains(field.getKey())) {
                throw bad("unknown field: id, verb, arguments, expect, reason and dryRun are known");
            }
        }
        Map<String, String> arguments = texts(root, "arguments");
        if (dryRun(root)) {
            arguments.put("dry-run", "true");
        }
        return new Command(
                id(root), source, verb(root), arguments, texts(root, "expect"), text(root, "reason"), origin);
    }

    private static JsonNode parse(byte[] body) {
        JsonNode root;
        try {
            root = READER.readValue(body);
        } catch (JsonProcessingException e) {
            throw bad("the body is not a JSON object like {\"verb\": \"resume\"}");
        } catch (IOException e) {
            throw bad("the body cannot be read");
        }
        if (root == null || !root.isObject()) {
            throw bad("the body is not a JSON object like {\"verb\": \"resume\"}");
        }
        return root;
    }

    private static String id(JsonNode root) {
        if (!root.has("id")) {
            return UUID.randomUUID().toString();
        }
        String id = text(root, "id");
        if (!CommandRules.isId(id)) {
            throw bad("'id' must be 1 to 64 letters, digits, dots, colons, underscores or hyphens, and not the id of a"
                    + " fault or an action");
        }
        return id;
    }

    private static String verb(JsonNode root) {
        String verb = text(root, "verb");
        if (!CommandRules.isWord(verb)) {
            throw bad("'verb' must be a word such as heal");
        }
        return verb;
    }

    private static boolean dryRun(JsonNode root) {
        JsonNode given = root.get("dryRun");
        if (given != null && !given.isBoolean()) {
            throw bad("'dryRun' must be true or false");
        }
        return given != null && given.booleanValue();
    }

    private static Map<String, String> texts(JsonNode root, String field) {
        JsonNode given = root.get(field);
        Map<String, String> texts = new LinkedHashMap<>();
        if (given == null) {
            return texts;
        }
        if (!given.isObject() || given.size() > CommandRules.MOST_ENTRIES) {
            throw bad("'" + field + "' must be an object of at most " + CommandRules.MOST_ENTRIES + " strings");
        }
        for (Map.Entry<String, JsonNode> each : given.properties()) {
            if (!CommandRules.isWord(each.getKey())) {
                throw bad("what stands in '" + field + "' must have a word for a name, such as fault");
            }
            texts.put(each.getKey(), text(given, each.getKey()));
        }
        return texts;
    }

    /** The text of a field, empty when it is not there. */
    private static String text(JsonNode parent, String name) {
        JsonNode node = parent.get(name);
        if (node == null) {
            return "";
        }
        if (!node.isTextual() || !CommandRules.isText(node.textValue())) {
            throw bad("'" + name + "' must be a string of at most " + CommandRules.LONGEST_TEXT
                    + " printable characters");
        }
        return node.textValue();
    }

    private static Problem.Refusal bad(String why) {
        return new Problem.Refusal(400, why);
    }
}
