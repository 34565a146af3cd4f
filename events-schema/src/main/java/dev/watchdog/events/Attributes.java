package dev.watchdog.events;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of a CloudEvent from outside, and its data as the very bytes that came, from either content mode.
 *
 * @param values by name; those that are not strings in JSON as their text
 * @param data never changed after it was made
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Attributes(Map<String, String> values, byte[] data) {
    private static final int MOST = 64;

    /** Those which are strings in JSON. */
    private static final Set<String> TEXTS = Set.of(
            "specversion",
            "id",
            "source",
            "type",
            "datacontenttype",
            "dataschema",
            "subject",
            "time",
            Material.EXPIRY,
            Dsse.ATTRIBUTE);

    private static final Pattern NAME = Pattern.compile("[a-z0-9]{1,64}");
    private static final Pattern CHARSET = Pattern.compile("\\s*charset=\"?utf-8\"?\\s*", Pattern.CASE_INSENSITIVE);

    static Attributes of(byte[] value, Map<String, String> headers) throws Malformed {
        String type = headers.get(Message.CONTENT_TYPE);
        if (type == null) {
            throw new Malformed("it has no header 'content-type'");
        }
        String[] parts = type.split(";", -1);
        if (!parts[0].trim().toLowerCase(Locale.ROOT).equals(CloudEventsFormat.CONTENT_TYPE)) {
            return binary(value, headers);
        }
        if (parts.length > 2 || (parts.length == 2 && !CHARSET.matcher(parts[1]).matches())) {
            throw new Malformed("its content-type is not " + CloudEventsFormat.CONTENT_TYPE + " in UTF-8");
        }
        return structured(StrictJson.text(value));
    }

    static boolean isName(String name) {
        return NAME.matcher(name).matches() && !name.equals("data");
    }

    private static Attributes binary(byte[] value, Map<String, String> headers) throws Malformed {
        Map<String, String> attributes = new LinkedHashMap<>();
        for (Map.Entry<String, String> header : headers.entrySet()) {
            if (header.getKey().startsWith(Message.PREFIX)) {
                String name = header.getKey().substring(Message.PREFIX.length());
                if (name.equals("datacontenttype")) {
                    throw new Malformed("its data's type belongs into the header 'content-type'");
                }
                put(attributes, name, header.getValue());
            }
        }
        if (attributes.isEmpty()) {
            throw new Malformed("it is no CloudEvent: its content-type is not " + CloudEventsFormat.CONTENT_TYPE
                    + ", and there are no headers that begin with " + Message.PREFIX);
        }
        put(attributes, "datacontenttype", headers.get(Message.CONTENT_TYPE));
        return new Attributes(attributes, value);
    }

    private static Attributes structured(String json) throws Malformed {
        Map<String, String> attributes = new LinkedHashMap<>();
        byte[] data = null;
        try (JsonParser parser = StrictJson.parser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new Malformed("it is not a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken token = parser.nextToken();
                if (name.equals("data")) {
                    data = slice(json, parser, token);
                } else {
                    put(attributes, name, value(parser, token, TEXTS.contains(name)));
                }
            }
            if (parser.nextToken() != null) {
                throw new Malformed("there is something behind its end");
            }
        } catch (IOException e) {
            throw StrictJson.malformed("it", e);
        }
        if (data == null) {
            throw new Malformed("it has no 'data'");
        }
        return new Attributes(attributes, data);
    }

    private static byte[] slice(String json, JsonParser parser, JsonToken token) throws IOException, Malformed {
        if (token != JsonToken.START_OBJECT) {
            throw new Malformed("its 'data' is not an object");
        }
        int start = Math.toIntExact(parser.currentTokenLocation().getCharOffset());
        parser.skipChildren();
        int end = Math.toIntExact(parser.currentLocation().getCharOffset());
        return json.substring(start, end).getBytes(StandardCharsets.UTF_8);
    }

    /** Null in JSON means that it is not set. */
    private static @Nullable String value(JsonParser parser, JsonToken token, boolean mustBeText)
            throws IOException, Malformed {
        return switch (token) {
            case VALUE_NULL -> null;
            case VALUE_STRING -> parser.getText();
            case VALUE_TRUE, VALUE_FALSE, VALUE_NUMBER_INT -> {
                if (mustBeText) {
                    throw new Malformed("an attribute of a command is not a string");
                }
                yield parser.getText();
            }
            default -> throw new Malformed("an attribute is neither text nor a whole number nor true or false");
        };
    }

    private static void put(Map<String, String> attributes, String name, @Nullable String value) throws Malformed {
        if (!isName(name)) {
            throw new Malformed("the name of an attribute is not of lower-case letters and digits");
        }
        if (value == null) {
            return;
        }
        attributes.put(name, value);
        if (attributes.size() > MOST) {
            throw new Malformed("it has more than " + MOST + " attributes");
        }
    }
}
