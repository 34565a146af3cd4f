package dev.watchdog.events;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads commands from bytes that anybody may have written. All that is not exactly as the contract has it is bad: at
 * most 64 KiB with the headers, eight levels deep, no duplicate and no unknown fields in the data, nothing behind it,
 * every text bounded and printable, every time a real one. Reading never throws. Safe to use from any thread; pure.
 */
public final class CommandReader {
    /** Value and headers together may have so many bytes. */
    public static final int MOST_BYTES = 64 << 10;

    private CommandReader() {}

    /**
     * Reads a record of the commands' topic, in either {@link ContentMode}.
     *
     * @param value null for a record without a value
     * @param headers each name must have come once: a record in which one comes twice is not to be given here
     */
    public static Parsed parse(byte @Nullable [] value, Map<String, String> headers) {
        return new Parsed.Bad("not written yet: " + headers.size() + (value == null ? 0 : value.length));
    }
}
