package dev.watchdog.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What CloudEvents' verifiability extension signs: a digest over the core attributes and the data, another over the
 * values of some extension attributes, and the names of these. What is not set is digested as nothing.
 *
 * @param core never changed after it was made
 * @param extensions never changed after it was made; means nothing without names
 * @param names of the extension attributes that are signed, in the order of their digests
 */
@SuppressWarnings("ArrayRecordComponent") // compared by matches alone
record Material(byte[] core, byte[] extensions, List<String> names) {
    /** The extension attribute that every command must have, and sign. */
    static final String EXPIRY = "expirytime";

    private static final int BYTES = 32;
    private static final String TIME = "time";
    private static final String CORE = "core";
    private static final String EXTENSIONS = "ext";
    private static final String NAMES = "signedextattrs";

    /** The core attributes in the order of their digests, but for the time, which comes after them. */
    private static final List<String> TEXTS =
            List.of("id", "source", "specversion", "type", "datacontenttype", "dataschema", "subject");

    /** Of an event as it is. */
    static Material of(Map<String, String> attributes, byte[] data, List<String> names) {
        MessageDigest core = sha256();
        for (String name : TEXTS) {
            core.update(digest(attributes.getOrDefault(name, "")));
        }
        core.update(digest(time(attributes.get(TIME))));
        core.update(sha256().digest(data));
        MessageDigest extensions = sha256();
        for (String name : names) {
            String value = attributes.getOrDefault(name, "");
            extensions.update(digest(name.equals(EXPIRY) ? time(value) : value));
        }
        return new Material(core.digest(), extensions.digest(), List.copyOf(names));
    }

    /** As an envelope has it; fields that the extension does not know are ignored, as it says. */
    static Material parse(byte[] json) throws Malformed {
        JsonNode root = StrictJson.object(StrictJson.text(json), "what its signature is over");
        if (root.has(EXTENSIONS) != root.has(NAMES)) {
            throw new Malformed("its signature has one of '" + EXTENSIONS + "' and '" + NAMES + "' without the other");
        }
        List<String> names = root.has(NAMES) ? names(root.get(NAMES)) : List.of();
        byte[] extensions = root.has(EXTENSIONS) ? digest(root, EXTENSIONS) : new byte[0];
        return new Material(digest(root, CORE), extensions, names);
    }

    boolean matches(Material other) {
        boolean sameCore = MessageDigest.isEqual(core, other.core);
        boolean sameExtensions = names.isEmpty() || MessageDigest.isEqual(extensions, other.extensions);
        return sameCore && sameExtensions && names.equals(other.names);
    }

    /** As an envelope is to have it. */
    byte[] toJson() {
        ObjectNode root = StrictJson.newObject();
        root.put(CORE, Base64.getEncoder().encodeToString(core));
        if (!names.isEmpty()) {
            root.put(EXTENSIONS, Base64.getEncoder().encodeToString(extensions));
            ArrayNode array = root.putArray(NAMES);
            names.forEach(array::add);
        }
        return root.toString().getBytes(StandardCharsets.UTF_8);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static List<String> names(JsonNode array) throws Malformed {
        List<String> names = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (JsonNode node : array) {
            String name = node.asText();
            if (!node.isTextual()
                    || !Attributes.isName(name)
                    || TEXTS.contains(name)
                    || name.equals(TIME)
                    || name.equals(Dsse.ATTRIBUTE)
                    || !seen.add(name)) {
                throw new Malformed("its signature's '" + NAMES + "' are not different extension attributes");
            }
            names.add(name);
        }
        if (!array.isArray()) {
            throw new Malformed("its signature's '" + NAMES + "' is not a list");
        }
        return names;
    }

    private static byte[] digest(JsonNode root, String name) throws Malformed {
        byte[] digest = Dsse.bytes(root, name);
        if (digest.length != BYTES) {
            throw new Malformed("its signature's '" + name + "' does not have " + BYTES + " bytes");
        }
        return digest;
    }

    private static byte[] digest(String text) {
        return sha256().digest(text.getBytes(StandardCharsets.UTF_8));
    }

    /** In UTC and in whole seconds, as the extension says. */
    private static String time(@Nullable String time) {
        if (time == null || time.isEmpty()) {
            return "";
        }
        Instant seconds = Rfc3339.seconds(time);
        if (seconds == null) {
            throw new DateTimeException("not a time by RFC 3339");
        }
        return DateTimeFormatter.ISO_INSTANT.format(seconds);
    }
}
