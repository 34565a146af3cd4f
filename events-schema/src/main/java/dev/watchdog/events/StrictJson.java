package dev.watchdog.events;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * JSON from those who may mean harm. Names are not kept in Jackson's tables, which all readers would share and which a
 * sender could fill. Text is decoded before it is parsed, so that there is but one way to read it and what is cut out of
 * it is, as bytes, what was sent.
 */
final class StrictJson {
    private static final int DEEPEST = 8;
    private static final int LONGEST_STRING = 16 << 10;
    private static final int LONGEST_NAME = 1_024;
    private static final int LONGEST_NUMBER = 32;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxStringLength(LONGEST_STRING)
                    .maxNameLength(LONGEST_NAME)
                    .maxNumberLength(LONGEST_NUMBER)
                    .build())
            .build();
    private static final JsonMapper MAPPER = JsonMapper.builder(FACTORY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final ObjectReader READER = MAPPER.readerFor(JsonNode.class);

    private StrictJson() {}

    /** UTF-8 and nothing else. */
    static String text(byte[] bytes) throws Malformed {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Malformed("it is not UTF-8");
        }
    }

    static ObjectNode newObject() {
        return MAPPER.createObjectNode();
    }

    static JsonParser parser(String json) throws IOException {
        return FACTORY.createParser(json);
    }

    /** One object and nothing behind it. */
    static JsonNode object(String json, String what) throws Malformed {
        JsonNode root;
        try {
            root = READER.readValue(json);
        } catch (JsonProcessingException e) {
            throw malformed(what, e);
        }
        if (root == null || !root.isObject()) {
            throw new Malformed(what + " is not a JSON object");
        }
        return root;
    }

    /** The text of a field, or null when it is not there. */
    static @Nullable String text(JsonNode parent, String name) throws Malformed {
        JsonNode node = parent.get(name);
        if (node == null) {
            return null;
        }
        if (!node.isTextual()) {
            throw new Malformed("'" + name + "' is not a string");
        }
        return node.textValue();
    }

    /** Says which rule of JSON was broken, in words of ours: those of Jackson repeat the input. */
    static Malformed malformed(String what, IOException e) {
        String message = e instanceof JsonProcessingException json ? json.getOriginalMessage() : "";
        if (message != null && message.startsWith("Duplicate field")) {
            return new Malformed(what + " has a field twice");
        }
        if (message != null && message.contains("exceeds the maximum")) {
            return new Malformed(what + " is nested too deep, or something in it is too long");
        }
        return new Malformed(what + " is not JSON");
    }
}
