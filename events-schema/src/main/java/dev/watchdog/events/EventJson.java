package dev.watchdog.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.cloudevents.jackson.JsonFormat;
import java.io.IOException;
import java.time.Instant;
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

    private static final int DEEPEST = 32;
    private static final int LONGEST_STRING = 256 << 10;

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxStringLength(LONGEST_STRING)
                            .maxDocumentLength(MOST_BYTES)
                            .build())
                    .streamWriteConstraints(StreamWriteConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .build())
                    .build())
            .addModule(new JavaTimeModule())
            .addModule(JsonFormat.getCloudEventJacksonModule())
            .addModule(new SimpleModule("watchdog-text")
                    .addSerializer(String.class, new TextSerializer())
                    .addKeySerializer(String.class, new NameSerializer()))
            .defaultSetterInfo(JsonSetter.Value.forValueNulls(Nulls.FAIL))
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

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
        try {
            byte[] json = WRITER.writeValueAsBytes(data);
            if (json.length > MOST_BYTES - (64 << 10)) {
                throw new EventFormatException("the data of a " + EventTypes.nameOf(data) + " make " + json.length
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
        Evidence evidence = Evidence.of("").with("n", 1).with("r", 0.5).with("list", Map.of("b", true));
        for (String type : EventTypes.names()) {
            Class<?> record = Objects.requireNonNull(EventTypes.classOf(type));
            WRITER.forType(record);
            READER.forType(record);
        }
        for (EventData data : new EventData[] {
            new FaultRaised("f", "k", evidence),
            new FaultCleared("f", "k", "r", time),
            new ActionEvent.Succeeded("a", "f", "k", evidence, Map.of("act", 1L))
        }) {
            dataFromJson(EventTypes.nameOf(data), dataToJson(data));
        }
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

    private static final class TextSerializer extends JsonSerializer<String> {
        @Override
        public void serialize(String text, JsonGenerator json, SerializerProvider serializers) throws IOException {
            json.writeString(Text.fit(text));
        }
    }

    private static final class NameSerializer extends JsonSerializer<String> {
        @Override
        public void serialize(String text, JsonGenerator json, SerializerProvider serializers) throws IOException {
            json.writeFieldName(Text.fit(text));
        }
    }
}
