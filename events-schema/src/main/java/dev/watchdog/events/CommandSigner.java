package dev.watchdog.events;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes records of commands, signed as CloudEvents' verifiability extension says: a DSSE envelope, by an Ed25519 key,
 * over all attributes, the data and the expiry. Safe to use from any thread.
 */
public final class CommandSigner {
    private final String keyId;
    private final PrivateKey key;

    /**
     * Signs by this key.
     *
     * @param keyId by which those who verify find the public key
     * @throws IllegalArgumentException if it is no Ed25519 key, or the id is not as {@link CommandRules#isHost} wants it
     */
    public CommandSigner(String keyId, PrivateKey key) {
        if (!CommandRules.isHost(keyId)) {
            throw new IllegalArgumentException(
                    "the id of a key must be of letters, digits, dots, underscores, hyphens");
        }
        this.keyId = keyId;
        this.key = Keys.checked(key);
    }

    /** The command with a signature. */
    public Message sign(CommandRequest request, ContentMode mode) {
        Map<String, String> attributes = attributes(request);
        byte[] data = data(request);
        byte[] payload = Material.of(attributes, data, List.of(Material.EXPIRY)).toJson();
        Dsse envelope = new Dsse(payload, List.of(new Dsse.Signature(keyId, signature(Dsse.encoding(payload)))));
        attributes.put(Dsse.ATTRIBUTE, envelope.toAttribute());
        return message(attributes, data, mode);
    }

    /** The command without one, for hosts that are configured to take such. */
    public static Message unsigned(CommandRequest request, ContentMode mode) {
        return message(attributes(request), data(request), mode);
    }

    private byte[] signature(byte[] bytes) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(key);
            signature.update(bytes);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the key cannot sign", e);
        }
    }

    private static Map<String, String> attributes(CommandRequest request) {
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("specversion", "1.0");
        attributes.put("id", request.id());
        attributes.put("source", request.source());
        attributes.put("type", CommandRequest.TYPE);
        attributes.put("datacontenttype", CloudEventsFormat.JSON);
        attributes.put("dataschema", CommandRequest.SCHEMA);
        attributes.put("time", request.time().toString());
        attributes.put(Material.EXPIRY, request.expiry().toString());
        return attributes;
    }

    private static byte[] data(CommandRequest request) {
        ObjectNode data = StrictJson.newObject().put("verb", request.verb());
        ObjectNode target = data.putObject("target");
        if (request.target() instanceof Target.Host host) {
            target.put("host", host.id());
        } else if (request.target() instanceof Target.Labels labels) {
            put(target, "labels", labels.labels());
        } else {
            target.put("fleet", true);
        }
        put(data, "arguments", request.arguments());
        put(data, "expect", request.expect());
        if (!request.reason().isEmpty()) {
            data.put("reason", request.reason());
        }
        if (request.dryRun()) {
            data.put("dryRun", true);
        }
        return data.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void put(ObjectNode into, String name, Map<String, String> texts) {
        if (!texts.isEmpty()) {
            ObjectNode node = into.putObject(name);
            texts.forEach(node::put);
        }
    }

    private static Message message(Map<String, String> attributes, byte[] data, ContentMode mode) {
        Map<String, String> headers = new LinkedHashMap<>();
        if (mode == ContentMode.BINARY) {
            attributes.forEach((name, value) ->
                    headers.put(name.equals("datacontenttype") ? Message.CONTENT_TYPE : Message.PREFIX + name, value));
            return new Message(headers, data);
        }
        headers.put(Message.CONTENT_TYPE, CloudEventsFormat.CONTENT_TYPE);
        ObjectNode root = StrictJson.newObject();
        attributes.forEach(root::put);
        root.putRawValue("data", new RawValue(new String(data, StandardCharsets.UTF_8)));
        return new Message(headers, root.toString().getBytes(StandardCharsets.UTF_8));
    }
}
