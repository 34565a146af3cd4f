package dev.watchdog.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * JSON as events use it, and the data of an event in it. There is one Jackson mapper behind all of it, never handed out
 * because it could be changed: what others need are its reader and writer, which cannot.
 *
 * <p>Writing: times as ISO-8601 in UTC, nulls left out, maps in their own order; text is cut to 16,384 characters and
 * halves of characters become U+FFFD, so that nothing a container says can keep an event from being written, or from
 * being read again. Reading: unknown fields are ignored; a missing or null field that the record needs, or a value of
 * another type, is an error; nothing in the input can name a class. All methods may be called from any thread and do
 * not block.
 */
public final class EventJson {
    /** A document may have so many bytes; Kafka's brokers accept 1 MiB by default (message.max.bytes). */
    public static final int MOST_BYTES = 1 << 20;

    private static final int ENVELOPE = 64 << 10;

    private static final ObjectMapper MAPPER = EventMapper.create();
    private static final ObjectReader READER = MAPPER.reader();
    private static final ObjectWriter WRITER = MAPPER.writer();

    private EventJson() {}

    /** For other JSON that is to be read as events are; take {@link ObjectReader#forType(Class)} of it. */
    public static ObjectReader reader() {
        return READER;
    }

    /** For other JSON that is to look as events do. */
    public static ObjectWriter writer() {
        return WRITER;
    }

    /**
     * The data alone, without the envelope.
     *
     * @throws EventFormatException if it makes more than {@link #MOST_BYTES}, less 64 KiB for the envelope
     */
    public static byte[] dataToJson(EventData data) {
        return toJson(data, EventTypes.nameOf(data));
    }

    static byte[] toJson(Object data, String type) {
        try {
            byte[] json = WRITER.writeValueAsBytes(data);
            if (json.length > MOST_BYTES - ENVELOPE) {
                throw new EventFormatException("the data of a " + type + " make " + json.length
                        + " bytes, which is too much for an event: record fewer facts");
            }
            return json;
        } catch (JsonProcessingException e) {
            throw new EventFormatException("cannot write " + data.getClass() + ": " + e.getOriginalMessage(), e);
        }
    }

    /**
     * Reads what {@link #dataToJson} wrote, in this version of the agent or another.
     *
     * @param type the CloudEvents type, as {@link EventTypes#nameOf} gave it
     * @return null when this version does not know the type: skip it
     * @throws EventFormatException if it is not what the type's schema says
     */
    public static @Nullable EventData dataFromJson(String type, byte[] json) {
        Class<? extends EventData> record = EventTypes.classOf(type);
        if (record == null) {
            return null;
        }
        checkSize(json);
        try {
            return notNull(READER.forType(record).<EventData>readValue(json), type);
        } catch (IOException e) {
            throw unreadable(type, e);
        }
    }

    /**
     * Does what the first event would otherwise wait for: loads classes and learns the shape of every record. Call it
     * once while starting, on any thread; it is harmless while others already use this class.
     */
    public static void warm() {
        Instant time = Instant.EPOCH;
        Evidence evidence = Evidence.of("").with("facts", List.of(1, 0.5, "é", Map.of("b", true)));
        for (String type : EventTypes.names()) {
            Class<?> record = Objects.requireNonNull(EventTypes.classOf(type));
            WRITER.forType(record);
            READER.forType(record);
        }
        List<EventData> samples = List.of(
                new FaultRaised("f", "k", evidence),
                new FaultCleared("f", "k", "r", time),
                new ActionEvent.Succeeded("a", "f", "k", evidence, Map.of("act", 1L)));
        samples.forEach(data -> dataFromJson(EventTypes.nameOf(data), dataToJson(data)));
    }

    static void checkSize(byte[] json) {
        if (json.length > MOST_BYTES) {
            throw new EventFormatException(
                    "an event of " + json.length + " bytes is not read: the most is " + MOST_BYTES);
        }
    }

    static <T> T notNull(@Nullable T value, String what) {
        if (value == null) {
            throw new EventFormatException("cannot read " + what + ": there is nothing in it");
        }
        return value;
    }

    static EventFormatException unreadable(String what, IOException e) {
        String why = e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
        return new EventFormatException("cannot read " + what + ": " + why, e);
    }
}
