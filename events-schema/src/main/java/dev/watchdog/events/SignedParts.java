package dev.watchdog.events;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
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
        return HexFormat.of().formatHex(material(List.of(Material.EXPIRY)));
    }

    /** What was read out of these parts. */
    CommandRequest request() {
        return request;
    }

    @Nullable String attribute(String name) {
        return attributes.values().get(name);
    }

    Map<String, String> attributes() {
        return attributes.values();
    }

    byte[] material(List<String> extensions) {
        return Material.of(attributes.values(), attributes.data(), extensions);
    }
}
