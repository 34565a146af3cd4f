package dev.watchdog.events;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds out which of the keys that it knows signed a command. Immutable; safe to use from any thread. */
public final class CommandVerifier {
    private final Map<String, PublicKey> keys;

    /**
     * Knows these keys.
     *
     * @param keys by their ids
     * @throws IllegalArgumentException if one is no Ed25519 key, or two ids have the same one: the id in a signature is
     *     only a hint, so whoever relays a command could choose between them
     */
    public CommandVerifier(Map<String, PublicKey> keys) {
        this.keys = Map.copyOf(keys);
        Set<String> texts = new HashSet<>();
        this.keys.forEach((id, key) -> {
            if (!texts.add(Keys.toText(Keys.checked(key)))) {
                throw new IllegalArgumentException("two key ids have the same key");
            }
        });
    }

    /** Verifies a command; never throws. */
    public Verdict verify(Parsed.Good command) {
        SignedParts parts = command.signed();
        String attribute = parts.attribute(Dsse.ATTRIBUTE);
        if (attribute == null) {
            return new Verdict.Unsigned();
        }
        try {
            Dsse envelope = Dsse.parse(attribute);
            String signer = signer(envelope);
            Material signed = Material.parse(envelope.payload());
            if (!signed.names().contains(Material.EXPIRY)) {
                throw new Malformed("its expiry is not signed");
            }
            if (!signed.matches(parts.material(signed.names()))) {
                throw new Malformed("it is not what was signed");
            }
            return new Verdict.Signed(signer, parts.request());
        } catch (Malformed e) {
            return new Verdict.Refused(String.valueOf(e.getMessage()));
        }
    }

    private String signer(Dsse envelope) throws Malformed {
        byte[] signed = Dsse.encoding(envelope.payload());
        boolean known = false;
        for (Dsse.Signature signature : envelope.signatures()) {
            PublicKey key = keys.get(signature.keyId());
            known |= key != null;
            if (isBy(key, signed, signature.bytes())) {
                return signature.keyId();
            }
        }
        throw new Malformed(known ? "its signature is not by the key that it names" : "it is signed by an unknown key");
    }

    private static boolean isBy(@Nullable PublicKey key, byte[] signed, byte[] bytes) {
        if (key == null) {
            return false;
        }
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initVerify(key);
            signature.update(signed);
            return signature.verify(bytes);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** What a signature proves. */
    public sealed interface Verdict {
        /**
         * It is this command that the key's owner signed.
         *
         * @param key the key's id
         * @param request only what was signed
         */
        record Signed(String key, CommandRequest request) implements Verdict {}

        /** There is no signature. */
        record Unsigned() implements Verdict {}

        /** There is one, but it proves nothing. */
        record Refused(String why) implements Verdict {}
    }
}
