package dev.watchdog.events;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
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

    /** How SDKs write data that they were given as bytes. */
    private static final String BASE64 = "data_base64";

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

    static Attributes of(byte[] value, Map<String, String> headers) throws Malformed {
        String type = headers.get(Message.CONTENT_TYPE);
        if (type == null) {
            throw new Malformed("it has no header 'content-type', which is " + CloudEventsFormat.CONTENT_TYPE + " or "
                    + CloudEventsFormat.JSON);
        }
        if (!MediaType.essence(type).equals(CloudEventsFormat.CONTENT_TYPE)) {
            return binary(value, headers);
        }
        if (!MediaType.isUtf8(type)) {
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
                put(attributes, name, header.getValue());
            }
        }
        if (attributes.isEmpty()) {
            throw new Malformed("it is no CloudEvent: its content-type is not " + CloudEventsFormat.CONTENT_TYPE
                    + ", and there are no headers that begin with " + Message.PREFIX);
        }
        String type = headers.get(Message.CONTENT_TYPE);
        String repeated = attributes.get("datacontenttype");
        if (repeated != null && !repeated.equals(type)) {
            throw new Malformed("its headers 'content-type' and 'ce_datacontenttype' say different things");
        }
        put(attributes, "datacontenttype", type);
        return new Attributes(attributes, value);
    }

    private static Attributes structured(String json) throws Malformed {
        Map<String, String> attributes = new LinkedHashMap<>();
        byte[] data = null;
        byte[] more = null;
        try (JsonParser parser = StrictJson.parser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new Malformed("it is not a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken token = parser.nextToken();
                if (name.equals("data")) {
                    data = slice(json, parser, token);
                } else if (name.equals(BASE64)) {
                    more = decoded(parser, token);
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
        if (data != null && more != null) {
            throw new Malformed("it has both 'data' and '" + BASE64 + "'");
        }
        byte[] sent = data == null ? more : data;
        if (sent == null) {
            throw new Malformed("it has no 'data'");
        }
        return new Attributes(attributes, sent);
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

    private static byte[] decoded(JsonParser parser, JsonToken token) throws IOException, Malformed {
        if (token != JsonToken.VALUE_STRING) {
            throw new Malformed("its '" + BASE64 + "' is not a string");
        }
        try {
            return Base64.getDecoder().decode(parser.getText());
        } catch (IllegalArgumentException e) {
            throw new Malformed("its '" + BASE64 + "' is not Base64");
        }
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
