package dev.watchdog.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.cloudevents.jackson.JsonFormat;
import java.io.IOException;

/**
 * How Jackson is set up for events. Modules are named one by one: what else lies on the class path changes nothing, and
 * no service loader runs.
 */
final class EventMapper {
    /** An event needs two levels, and evidence at most sixteen. */
    private static final int DEEPEST = 32;

    /** In UTF-16 units; we write at most {@link Text#MOST}, others may write more. */
    private static final int LONGEST_STRING = 256 << 10;

    private EventMapper() {}

    static ObjectMapper create() {
        return JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(DEEPEST)
                                .maxStringLength(LONGEST_STRING)
                                .maxDocumentLength(EventJson.MOST_BYTES)
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
                .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
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
