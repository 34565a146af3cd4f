package dev.watchdog.events;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads commands from bytes that anybody may have written. The envelope may be whatever is a valid CloudEvent, as the
 * SDKs of others write it; of its times only what a signature carries counts. Beyond that, all that is not exactly as the
 * contract has it is bad: at most 64 KiB with the headers, eight levels deep, no duplicate and no unknown fields in the
 * data, nothing behind it, every text bounded and printable, every time a real one. Reading never throws. Safe to use
 * from any thread; pure.
 */
public final class CommandReader {
    /** Value and headers together may have so many bytes. */
    public static final int MOST_BYTES = 64 << 10;

    private static final Set<String> FIELDS = Set.of("verb", "target", "arguments", "expect", "reason", "dryRun");
    private static final Set<String> TARGETS = Set.of("host", "labels", "fleet");

    private CommandReader() {}

    /**
     * Reads a record of the commands' topic, in either {@link ContentMode}.
     *
     * @param value null for a record without a value
     * @param headers each name must have come once: a record in which one comes twice is not to be given here
     */
    public static Parsed parse(byte @Nullable [] value, Map<String, String> headers) {
        try {
            if (value == null || value.length == 0) {
                throw new Malformed("it has no value");
            }
            if (value.length + size(headers) > MOST_BYTES) {
                throw new Malformed("it is larger than " + MOST_BYTES + " bytes");
            }
            Attributes attributes = Attributes.of(value.clone(), headers);
            CommandRequest request = request(attributes);
            return new Parsed.Good(request, new SignedParts(request, attributes));
        } catch (Malformed | IllegalArgumentException e) {
            return new Parsed.Bad(String.valueOf(e.getMessage()));
        }
    }

    private static long size(Map<String, String> headers) {
        long size = 0;
        for (Map.Entry<String, String> header : headers.entrySet()) {
            size += header.getKey().length() + header.getValue().getBytes(StandardCharsets.UTF_8).length;
        }
        return size;
    }

    private static CommandRequest request(Attributes attributes) throws Malformed {
        Map<String, String> values = attributes.values();
        constant(values, "specversion", "1.0");
        constant(values, "type", CommandRequest.TYPE);
        String mediaType = values.get("datacontenttype");
        if (mediaType != null && !MediaType.isJson(mediaType)) {
            throw new Malformed("its attribute 'datacontenttype' is not " + CloudEventsFormat.JSON + " in UTF-8");
        }
        if (values.containsKey("dataschema")) {
            constant(values, "dataschema", CommandRequest.SCHEMA);
        }
        String subject = values.get("subject");
        if (subject != null && (subject.isEmpty() || !CommandRules.isText(subject))) {
            throw new Malformed("its attribute 'subject' is empty, too long or not printable");
        }
        JsonNode data = StrictJson.object(StrictJson.text(attributes.data()), "its data");
        for (Map.Entry<String, JsonNode> field : data.properties()) {
            if (!FIELDS.contains(field.getKey())) {
                throw new Malformed(
                        "its data have an unknown field: verb, target, arguments, expect, reason and dryRun are known");
            }
        }
        String reason = StrictJson.text(data, "reason");
        return new CommandRequest(
                required(values, "id"),
                required(values, "source"),
                time(values, "time"),
                time(values, "expirytime"),
                verb(data),
                target(data.get("target")),
                texts(data.get("arguments"), "arguments"),
                texts(data.get("expect"), "expect"),
                reason == null ? "" : reason,
                flag(data, "dryRun"));
    }

    private static String verb(JsonNode data) throws Malformed {
        String verb = StrictJson.text(data, "verb");
        if (verb == null) {
            throw new Malformed("its data have no 'verb'");
        }
        return verb;
    }

    private static Target target(@Nullable JsonNode node) throws Malformed {
        if (node == null || !node.isObject() || node.size() != 1 || !TARGETS.containsAll(names(node))) {
            throw new Malformed("its 'target' is not one of {\"host\": ID}, {\"labels\": {…}} and {\"fleet\": true}");
        }
        String host = StrictJson.text(node, "host");
        if (host != null) {
            return new Target.Host(host);
        }
        if (node.has("labels")) {
            return new Target.Labels(texts(node.get("labels"), "labels"));
        }
        if (!flag(node, "fleet")) {
            throw new Malformed("its target 'fleet' can only be true");
        }
        return new Target.Fleet();
    }

    private static Set<String> names(JsonNode node) {
        Set<String> names = new HashSet<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static Map<String, String> texts(@Nullable JsonNode node, String name) throws Malformed {
        Map<String, String> texts = new LinkedHashMap<>();
        if (node == null) {
            return texts;
        }
        if (!node.isObject()) {
            throw new Malformed("'" + name + "' is not an object");
        }
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (!field.getValue().isTextual()) {
                throw new Malformed("something in '" + name + "' is not a string");
            }
            texts.put(field.getKey(), field.getValue().textValue());
        }
        return texts;
    }

    private static boolean flag(JsonNode parent, String name) throws Malformed {
        JsonNode node = parent.get(name);
        if (node != null && !node.isBoolean()) {
            throw new Malformed("'" + name + "' is neither true nor false");
        }
        return node != null && node.booleanValue();
    }

    private static Instant time(Map<String, String> values, String name) throws Malformed {
        String text = required(values, name);
        Instant time;
        try {
            time = Rfc3339.seconds(text);
        } catch (DateTimeException e) {
            throw new Malformed("its attribute '" + name + "' is not a time that there is");
        }
        if (time == null) {
            throw new Malformed("its attribute '" + name + "' is not a time by RFC 3339, such as 2026-11-22T13:05:07Z");
        }
        return time;
    }

    private static void constant(Map<String, String> values, String name, String expected) throws Malformed {
        if (!required(values, name).equals(expected)) {
            throw new Malformed("its attribute '" + name + "' is not " + expected);
        }
    }

    private static String required(Map<String, String> values, String name) throws Malformed {
        String value = values.get(name);
        if (value == null) {
            throw new Malformed("it has no attribute '" + name + "'");
        }
        return value;
    }
}
