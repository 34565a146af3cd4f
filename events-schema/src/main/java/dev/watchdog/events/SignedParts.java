package dev.watchdog.events;

import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The attributes and the data of a command, exactly as they came: what a signature is over, and the signature itself.
 * Immutable; it cannot be made by others than {@link CommandReader}.
 */
public final class SignedParts {
    private final CommandRequest request;
    private final Attributes attributes;

    SignedParts(CommandRequest request, Attributes attributes) {
        this.request = request;
        this.attributes = attributes;
    }

    /** False when there is no signature at all. */
    public boolean isSigned() {
        return attributes.values().containsKey(Dsse.ATTRIBUTE);
    }

    /**
     * What tells this command from another under the same id: the SHA-256, in hexadecimal, over all that a signature
     * must cover. The same whatever the content mode, the key and the signature.
     */
    public String digest() {
        Material material = material(List.of(Material.EXPIRY));
        MessageDigest digest = Material.sha256();
        digest.update(material.core());
        return HexFormat.of().formatHex(digest.digest(material.extensions()));
    }

    /** What was read out of these parts. */
    CommandRequest request() {
        return request;
    }

    @Nullable String attribute(String name) {
        return attributes.values().get(name);
    }

    Material material(List<String> extensions) {
        return Material.of(attributes.values(), attributes.data(), extensions);
    }
}
