package dev.watchdog.kafka;

import dev.watchdog.events.CommandVerifier;
import java.security.PublicKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A key ring, ready to verify with. Immutable. */
final class TrustedKeys {
    private final KeyRing ring;
    private final CommandVerifier verifier;

    TrustedKeys(KeyRing ring) {
        this.ring = ring;
        Map<String, PublicKey> keys = new LinkedHashMap<>();
        ring.keys().forEach(entry -> keys.put(entry.id(), entry.publicKey().key()));
        verifier = new CommandVerifier(keys);
    }

    KeyRing ring() {
        return ring;
    }

    CommandVerifier verifier() {
        return verifier;
    }

    Optional<KeyEntry> find(String id) {
        return ring.find(id);
    }
}
