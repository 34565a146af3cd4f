package dev.watchdog.events;

import java.util.Map;

/**
 * The attributes and the data of a command, exactly as they came: what a signature is over, and the signature itself.
 * Immutable; it cannot be made by others than {@link CommandReader}.
 */
public final class SignedParts {
    private final Map<String, String> attributes;
    private final byte[] data;

    SignedParts(Map<String, String> attributes, byte[] data) {
        this.attributes = InOrder.copyOf(attributes);
        this.data = data.clone();
    }

    /** False when there is no signature at all. */
    public boolean isSigned() {
        return attributes.containsKey("dssematerial");
    }

    /**
     * What tells this command from another under the same id: the SHA-256, in hexadecimal, over all that a signature
     * must cover. The same whatever the content mode, the key and the signature.
     */
    public String digest() {
        return attributes.toString() + data.length;
    }
}
