package dev.watchdog.kafka;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The keys that commands may be signed with. */
public record KeyRing(List<KeyEntry> keys) {
    /** Nobody may command. */
    public static final KeyRing EMPTY = new KeyRing(List.of());

    /** So many keys at most: each is a party that somebody has to know. */
    public static final int MOST = 1_000;

    /** @throws IllegalArgumentException if there are too many, or an id or a key is there twice: each is one party */
    public KeyRing {
        require(keys.size() <= MOST, "has " + keys.size() + " keys, at most " + MOST + " are read");
        keys = List.copyOf(keys);
        Set<String> seen = new HashSet<>();
        for (KeyEntry entry : keys) {
            require(seen.add(entry.id()), "has the id " + entry.id() + " twice: keep one");
            require(
                    seen.add(entry.publicKey().toString()),
                    "has the public key of " + entry.id() + " twice: make one for each who signs");
        }
    }

    /** The key with this id. */
    public Optional<KeyEntry> find(String id) {
        return keys.stream().filter(entry -> entry.id().equals(id)).findFirst();
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
