package dev.watchdog.journal;

import dev.watchdog.events.EventData;
import dev.watchdog.events.EventFormatException;
import dev.watchdog.events.EventJson;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Event data as the JSON text of one row, in the contract's own form. Safe to use from any thread. */
final class EntryCodec {
    private EntryCodec() {}

    /** @throws IllegalArgumentException if the data holds something that JSON cannot */
    static String encode(EventData data) {
        try {
            return new String(EventJson.dataToJson(data), StandardCharsets.UTF_8);
        } catch (EventFormatException e) {
            throw new IllegalArgumentException("an event cannot be written as JSON: " + e.getMessage(), e);
        }
    }

    /** Empty for a type that this version does not know, and for text that is not what its type says. */
    static Optional<EventData> decode(String type, String json) {
        try {
            return Optional.ofNullable(EventJson.dataFromJson(type, json.getBytes(StandardCharsets.UTF_8)));
        } catch (EventFormatException e) {
            return Optional.empty();
        }
    }
}
