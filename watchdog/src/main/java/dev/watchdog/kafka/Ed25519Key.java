package dev.watchdog.kafka;

import dev.watchdog.events.Keys;
import java.security.PublicKey;

/** A public key of one who commands, as the key ring's file has it: one line of Base64, see {@link Keys#toText}. */
public record Ed25519Key(PublicKey key) {
    /**
     * Reads what {@link #toString} writes.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    public static Ed25519Key parse(String text) {
        try {
            Ed25519Key read = new Ed25519Key(Keys.fromText(text));
            if (read.toString().equals(text)) {
                return read;
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw new IllegalArgumentException(
                "must be a public Ed25519 key in Base64, as 'watchdog keys generate' prints it");
    }

    @Override
    public String toString() {
        return Keys.toText(key);
    }
}
