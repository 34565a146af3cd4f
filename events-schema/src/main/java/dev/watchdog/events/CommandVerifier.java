package dev.watchdog.events;

import java.security.PublicKey;
import java.util.Map;

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
    }

    /** Verifies a command; never throws. */
    public Verdict verify(Parsed.Good command) {
        return new Verdict.Refused("not written yet" + keys + command);
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
