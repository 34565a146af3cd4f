package dev.watchdog.web;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * JSON as the API writes it: one line of printable ASCII, times in ISO-8601, no nulls. Whatever a container calls
 * itself, no control character, text-direction override or tag of it reaches a terminal or a page.
 */
final class Json {
    private static final ObjectWriter WRITER = JsonMapper.builder(new JsonFactoryBuilder()
                    .characterEscapes(new Printable())
                    .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                    .build())
            .addModule(new JavaTimeModule())
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .visibility(PropertyAccessor.IS_GETTER, JsonAutoDetect.Visibility.NONE)
            .build()
            .writer();

    private Json() {}

    static Buffer write(Object value) {
        try {
            return Buffer.buffer(WRITER.writeValueAsBytes(value));
        } catch (JsonProcessingException e) {
            throw unwritable(value, e);
        }
    }

    /** The same as text, which may stand in another value as a {@link com.fasterxml.jackson.databind.util.RawValue}. */
    static String text(Object value) {
        try {
            return WRITER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw unwritable(value, e);
        }
    }

    private static IllegalStateException unwritable(Object value, JsonProcessingException e) {
        return new IllegalStateException(
                "a " + value.getClass().getSimpleName() + " cannot be written as JSON: " + e.getOriginalMessage(), e);
    }

    /** Jackson leaves DEL and what HTML reads as markup alone; here they are escaped too. */
    private static final class Printable extends CharacterEscapes {
        private static final long serialVersionUID = 1;

        private final int[] ascii = standardAsciiEscapesForJSON();

        Printable() {
            for (char c : new char[] {'<', '>', '&', '\'', 0x7f}) {
                ascii[c] = ESCAPE_STANDARD;
            }
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return ascii;
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int character) {
            return null;
        }
    }
}
