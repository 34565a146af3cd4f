package dev.watchdog.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * An envelope of DSSE 1.0.2 in JSON, as CloudEvents' verifiability extension uses it.
 *
 * @param payload a {@link Material} in JSON; never changed after it was made
 * @param signatures 1 to 8
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Dsse(byte[] payload, List<Signature> signatures) {
    /** The attribute that holds an envelope, as Base64. */
    static final String ATTRIBUTE = "dssematerial";

    static final String PAYLOAD_TYPE = "https://cloudevents.io/verifiability/dsse/v0.1";

    private static final int LONGEST = 8 << 10;
    private static final int MOST_SIGNATURES = 8;

    /**
     * One of the signatures.
     *
     * @param keyId a hint, which nobody has signed
     * @param bytes never changed after it was made
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Signature(String keyId, byte[] bytes) {}

    /** What is signed: DSSE's pre-authentication encoding. */
    static byte[] encoding(byte[] payload) {
        byte[] head = ("DSSEv1 " + PAYLOAD_TYPE.length() + " " + PAYLOAD_TYPE + " " + payload.length + " ")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] whole = Arrays.copyOf(head, head.length + payload.length);
        System.arraycopy(payload, 0, whole, head.length, payload.length);
        return whole;
    }

    /** The envelope as the attribute has it. */
    String toAttribute() {
        ObjectNode root = StrictJson.newObject();
        root.put("payloadType", PAYLOAD_TYPE).put("payload", Base64.getEncoder().encodeToString(payload));
        for (Signature signature : signatures) {
            root.withArray("signatures")
                    .addObject()
                    .put("keyid", signature.keyId())
                    .put("sig", Base64.getEncoder().encodeToString(signature.bytes()));
        }
        return Base64.getEncoder().encodeToString(root.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Reads the attribute; fields that DSSE does not know are ignored, as it says. */
    static Dsse parse(String attribute) throws Malformed {
        if (attribute.length() > LONGEST) {
            throw new Malformed("its signature is longer than " + LONGEST + " characters");
        }
        byte[] json = decode(attribute, Base64.getDecoder());
        if (!Base64.getEncoder().encodeToString(json).equals(attribute)) {
            throw new Malformed("its signature is not Base64 as it is written");
        }
        JsonNode root = StrictJson.object(StrictJson.text(json), "its signature");
        if (!PAYLOAD_TYPE.equals(StrictJson.text(root, "payloadType"))) {
            throw new Malformed("its signature's payloadType is not " + PAYLOAD_TYPE);
        }
        byte[] payload = bytes(root, "payload");
        JsonNode array = root.path("signatures");
        if (!array.isArray() || array.isEmpty() || array.size() > MOST_SIGNATURES) {
            throw new Malformed("its signature does not have 1 to " + MOST_SIGNATURES + " signatures");
        }
        List<Signature> signatures = new ArrayList<>();
        for (JsonNode node : array) {
            String keyId = StrictJson.text(node, "keyid");
            if (keyId == null) {
                throw new Malformed("its signature does not say by which key");
            }
            signatures.add(new Signature(keyId, bytes(node, "sig")));
        }
        return new Dsse(payload, List.copyOf(signatures));
    }

    /** DSSE allows both alphabets of Base64 here. */
    static byte[] bytes(JsonNode parent, String name) throws Malformed {
        String text = StrictJson.text(parent, name);
        if (text == null) {
            throw new Malformed("its signature has no '" + name + "'");
        }
        boolean url = text.indexOf('-') >= 0 || text.indexOf('_') >= 0;
        return decode(text, url ? Base64.getUrlDecoder() : Base64.getDecoder());
    }

    private static byte[] decode(String text, Base64.Decoder decoder) throws Malformed {
        try {
            return decoder.decode(text);
        } catch (IllegalArgumentException e) {
            throw new Malformed("its signature is not Base64");
        }
    }
}
