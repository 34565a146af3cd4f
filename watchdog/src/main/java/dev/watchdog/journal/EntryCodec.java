package dev.watchdog.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.watchdog.events.EventData;
import dev.watchdog.events.EventTypes;
import java.util.Optional;

/** Event data as the JSON text of one row. Safe to use from any thread. */
final class EntryCodec {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private EntryCodec() {}

    /** @throws IllegalArgumentException if the data holds something that JSON cannot */
    static String encode(EventData data) {
        try {
            return JSON.writeValueAsString(data);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("an event cannot be written as JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** Empty for a type that this version does not know, and for text that is not what its type says. */
    static Optional<EventData> decode(String type, String json) {
        Class<? extends EventData> known = EventTypes.classOf(type);
        if (known == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(json, known));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
