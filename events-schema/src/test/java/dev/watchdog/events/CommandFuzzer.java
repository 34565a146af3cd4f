package dev.watchdog.events;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Breaks signed commands in ways that know what they are made of: bytes, JSON, attributes, headers, times, targets and
 * the signature. The same ones for the same seed. What comes out always differs from what went in, but it may still say
 * the same: white space around the data, another zone, an attribute that nobody signs.
 */
final class CommandFuzzer {
    private static final String[] NASTY = {
        "",
        " ",
        "\u0000",
        "null",
        "*",
        "/",
        "..",
        "policy",
        "host",
        "7c1e9a52d0b84f3e",
        "9b3e07d1-f71",
        "true",
        "0",
        "2026-11-22T13:05:08Z",
        "2026-11-22T13:10:08Z",
        "2126-11-22T13:10:07Z",
        "9999-99-99T99:99:99Z",
        "\uD83D",
        "\uFEFF",
        "{\"fleet\":true}",
        "expirytime",
        "dssematerial",
        "application/json",
        "application/cloudevents+json",
        "AAAA",
        "é"
    };
    private static final String[] NAMES = {
        "specversion",
        "id",
        "source",
        "type",
        "datacontenttype",
        "dataschema",
        "subject",
        "time",
        "expirytime",
        "dssematerial",
        "signedextattrs",
        "data",
        "data_base64",
        "verb",
        "target",
        "host",
        "labels",
        "fleet",
        "arguments",
        "expect",
        "reason",
        "dryRun",
        "payload",
        "payloadType",
        "signatures",
        "keyid",
        "sig",
        "core",
        "ext",
        "exta"
    };

    private final Random random;

    CommandFuzzer(long seed) {
        random = new Random(seed);
    }

    /** A record as the reader is given it. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Mutant(byte[] value, Map<String, String> headers) {}

    /**
     * One more.
     *
     * @param original of the same content mode as {@code other}
     * @param other another command, from which parts may be taken
     */
    Mutant next(Message original, Message other) {
        while (true) {
            Mutant mutant = new Mutant(original.value(), new LinkedHashMap<>(original.headers()));
            for (int i = random.nextInt(3); i >= 0; i--) {
                mutant = mutate(mutant, other);
            }
            if (random.nextInt(6) == 0) {
                mutant = forged(mutant);
            }
            if (!Arrays.equals(mutant.value(), original.value())
                    || !mutant.headers().equals(original.headers())) {
                return mutant;
            }
        }
    }

    /** What is signed is made to fit what was changed, by one who does not have the key. */
    private Mutant forged(Mutant mutant) {
        try {
            Attributes attributes = Attributes.of(mutant.value(), mutant.headers());
            byte[] payload = Material.of(attributes.values(), attributes.data(), List.of(Material.EXPIRY))
                    .toJson();
            byte[] signature = new byte[64];
            switch (random.nextInt(4)) {
                case 0 -> random.nextBytes(signature);
                case 1 -> signature = sign(payload);
                case 2 ->
                    signature = Dsse.parse(attributes.values().getOrDefault(Dsse.ATTRIBUTE, ""))
                            .signatures()
                            .get(0)
                            .bytes();
                default -> {}
            }
            String envelope = new Dsse(payload, List.of(new Dsse.Signature(Commands.KEY_ID, signature))).toAttribute();
            if (!Message.isStructured(mutant.headers().get(Message.CONTENT_TYPE))) {
                Map<String, String> headers = new LinkedHashMap<>(mutant.headers());
                headers.put(Message.PREFIX + Dsse.ATTRIBUTE, envelope);
                return new Mutant(mutant.value(), headers);
            }
            String json = new String(mutant.value(), UTF_8);
            String old = attributes.values().getOrDefault(Dsse.ATTRIBUTE, "");
            return old.isEmpty()
                    ? mutant
                    : new Mutant(json.replace(old, envelope).getBytes(UTF_8), mutant.headers());
        } catch (Malformed | DateTimeException e) {
            return mutant;
        }
    }

    private static byte[] sign(byte[] payload) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(Commands.OTHER.getPrivate());
            signature.update(Dsse.encoding(payload));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private Mutant mutate(Mutant mutant, Message other) {
        return switch (random.nextInt(8)) {
            case 0, 1 -> new Mutant(bytes(mutant.value(), other.value()), mutant.headers());
            case 2, 3, 4 -> new Mutant(json(mutant.value(), Schemas.tree(other.value())), mutant.headers());
            case 5 -> new Mutant(signature(mutant.value()), mutant.headers());
            default -> headers(mutant, other);
        };
    }

    private byte[] bytes(byte[] value, byte[] other) {
        if (value.length == 0) {
            return other;
        }
        int at = random.nextInt(value.length);
        switch (random.nextInt(6)) {
            case 0 -> value[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> value[at] = (byte) random.nextInt(256);
            case 2 -> {
                return Arrays.copyOf(value, at);
            }
            case 3 -> {
                return splice(value, at, at + random.nextInt(value.length - at), new byte[0]);
            }
            case 4 -> {
                int from = random.nextInt(other.length);
                byte[] part = Arrays.copyOfRange(other, from, from + random.nextInt(other.length - from));
                return splice(value, at, at, part);
            }
            default -> {
                return splice(value, at, at, pick(NASTY).getBytes(UTF_8));
            }
        }
        return value;
    }

    private static byte[] splice(byte[] value, int from, int to, byte[] part) {
        byte[] result = new byte[value.length - (to - from) + part.length];
        System.arraycopy(value, 0, result, 0, from);
        System.arraycopy(part, 0, result, from, part.length);
        System.arraycopy(value, to, result, from + part.length, value.length - to);
        return result;
    }

    /** Changes one node of the document, when it still is one. */
    private byte[] json(byte[] value, JsonNode other) {
        JsonNode root;
        try {
            root = Schemas.PLAIN.readTree(value);
        } catch (IOException e) {
            return bytes(value, write(other));
        }
        if (root == null || !root.isObject()) {
            return write(other);
        }
        List<ObjectNode> objects = new ArrayList<>();
        collect(root, objects);
        List<ObjectNode> others = new ArrayList<>();
        collect(other, others);
        change(objects.get(random.nextInt(objects.size())), others.get(random.nextInt(others.size())));
        byte[] written = write(root);
        return random.nextInt(8) == 0 ? doubled(written) : written;
    }

    /** Writes one field a second time, in front. */
    private byte[] doubled(byte[] written) {
        String field = "\"" + pick(NAMES) + "\":" + TextNode.valueOf(pick(NASTY));
        return ("{" + field + "," + new String(written, UTF_8).substring(1)).getBytes(UTF_8);
    }

    private void change(ObjectNode object, ObjectNode other) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        String name = names.isEmpty() || random.nextInt(4) == 0 ? pick(NAMES) : names.get(random.nextInt(names.size()));
        switch (random.nextInt(9)) {
            case 0 -> object.remove(name);
            case 1 -> object.putNull(name);
            case 2 -> object.put(name, random.nextInt());
            case 3 -> object.put(name, random.nextBoolean());
            case 4 -> object.put(name, pick(NASTY));
            case 5 -> object.set(name, nested());
            case 6 -> object.put(name, tweaked(object.path(name).asText()));
            case 7 -> {
                if (other.has(name)) {
                    object.set(name, other.get(name).deepCopy());
                }
            }
            default -> object.put(pick(NAMES), pick(NASTY));
        }
    }

    private JsonNode nested() {
        JsonNode node = TextNode.valueOf(pick(NASTY));
        for (int i = random.nextInt(12); i > 0; i--) {
            if (random.nextBoolean()) {
                ObjectNode object = Schemas.PLAIN.createObjectNode();
                object.set(pick(NAMES), node);
                node = object;
            } else {
                ArrayNode array = Schemas.PLAIN.createArrayNode();
                array.add(node);
                node = array;
            }
        }
        return node;
    }

    private String tweaked(String text) {
        if (text.isEmpty()) {
            return pick(NASTY);
        }
        int at = random.nextInt(text.length());
        return text.substring(0, at) + (char) (text.charAt(at) + 1 - random.nextInt(3)) + text.substring(at + 1);
    }

    /** Changes what the signature says, inside its Base64. */
    private byte[] signature(byte[] value) {
        JsonNode root;
        try {
            root = Schemas.PLAIN.readTree(value);
        } catch (IOException e) {
            return value;
        }
        if (root instanceof ObjectNode object && object.path("dssematerial").isTextual()) {
            object.put("dssematerial", envelope(object.path("dssematerial").asText()));
            return write(object);
        }
        return value;
    }

    private String envelope(String material) {
        try {
            JsonNode envelope = Schemas.PLAIN.readTree(Base64.getDecoder().decode(material));
            if (!(envelope instanceof ObjectNode object)) {
                return material;
            }
            if (random.nextBoolean() && object.path("payload").isTextual()) {
                byte[] payload =
                        Base64.getDecoder().decode(object.path("payload").asText());
                byte[] changed = random.nextBoolean() ? json(payload, object) : bytes(payload, payload);
                object.put("payload", Base64.getEncoder().encodeToString(changed));
            } else {
                List<ObjectNode> objects = new ArrayList<>();
                collect(object, objects);
                change(objects.get(random.nextInt(objects.size())), object);
            }
            return Base64.getEncoder().encodeToString(write(object));
        } catch (IOException | IllegalArgumentException e) {
            return tweaked(material);
        }
    }

    private Mutant headers(Mutant mutant, Message other) {
        Map<String, String> headers = new LinkedHashMap<>(mutant.headers());
        List<String> names = new ArrayList<>(headers.keySet());
        String name = names.isEmpty() || random.nextInt(4) == 0
                ? (random.nextBoolean() ? "ce_" : "") + pick(NAMES)
                : names.get(random.nextInt(names.size()));
        switch (random.nextInt(6)) {
            case 0 -> headers.remove(name);
            case 1 -> headers.put(name, pick(NASTY));
            case 2 -> headers.put(name, tweaked(headers.getOrDefault(name, "")));
            case 3 -> headers.put(name, other.headers().getOrDefault(name, pick(NASTY)));
            case 4 -> headers.put(name.toUpperCase(Locale.ROOT), pick(NASTY));
            default -> {
                String material = headers.get("ce_dssematerial");
                if (material != null) {
                    headers.put("ce_dssematerial", envelope(material));
                }
            }
        }
        return new Mutant(mutant.value(), headers);
    }

    private static void collect(JsonNode node, List<ObjectNode> into) {
        if (node instanceof ObjectNode object) {
            into.add(object);
        }
        node.forEach(child -> collect(child, into));
    }

    private String pick(String[] from) {
        return from[random.nextInt(from.length)];
    }

    private static byte[] write(JsonNode node) {
        try {
            return Schemas.PLAIN.writeValueAsString(node).getBytes(UTF_8);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
