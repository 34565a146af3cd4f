package dev.watchdog.events;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/**
 * What CloudEvents' verifiability extension signs: a digest over the digests of the core attributes, the data and the
 * chosen extension attributes. What is not set is digested as nothing.
 */
final class Material {
    static final String EXPIRY = "expirytime";

    /** So many bytes it has. */
    static final int BYTES = 32;

    private static final List<String> TEXTS =
            List.of("id", "source", "specversion", "type", "datacontenttype", "dataschema", "subject");

    private Material() {}

    /** @param extensions that are to be signed, in this order */
    static byte[] of(Map<String, String> attributes, byte[] data, List<String> extensions) {
        MessageDigest whole = sha256();
        for (String name : TEXTS) {
            whole.update(digest(attributes.getOrDefault(name, "")));
        }
        String time = attributes.get("time");
        whole.update(digest(time == null ? "" : zulu(time)));
        whole.update(sha256().digest(data));
        for (String name : extensions) {
            whole.update(digest(name));
            whole.update(digest(attributes.getOrDefault(name, "")));
        }
        return whole.digest();
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static byte[] digest(String text) {
        return sha256().digest(text.getBytes(StandardCharsets.UTF_8));
    }

    /** In seconds, for the extension says that a signature covers no more of a time. */
    private static String zulu(String time) {
        return DateTimeFormatter.ISO_INSTANT.format(
                OffsetDateTime.parse(time).toInstant().truncatedTo(ChronoUnit.SECONDS));
    }
}
