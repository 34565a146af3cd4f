package dev.watchdog.containerd;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads some values of a JSON object as it streams by, and keeps nothing of the rest: who writes it, or what it tells of,
 * chose its size. The whole of it must be well-formed.
 */
public final class JsonFields {
    private static final int DEEPEST = 64;
    /** Of a name, and of a value that is wanted: a path has 4,096 bytes at most. */
    private static final int LONGEST_TEXT = 1 << 16;
    /** Begins a list and ends each of its elements: a control character, which no name of what is looked for holds. */
    private static final String IN_LIST = "\0";

    /** Names are not kept for the next document: somebody else's would pile up. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxNameLength(LONGEST_TEXT)
                    .maxStringLength(LONGEST_TEXT)
                    .maxDocumentLength(Long.MAX_VALUE)
                    .build())
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    private final Set<List<String>> wanted;
    private final Map<List<String>, String> found = new HashMap<>();
    private final List<String> place = new ArrayList<>();

    private JsonFields(Set<List<String>> wanted) {
        this.wanted = wanted;
    }

    /**
     * Reads to the end.
     *
     * @param wanted each the names that lead to a value, the outermost first
     * @return the texts, numbers and truth values among them that are there, and lists of such for {@link #list}
     * @throws Malformed if it is no JSON object, or a name, a wanted text or a wanted list is longer than {@value
     *     #LONGEST_TEXT} characters
     */
    public static Map<List<String>, String> read(InputStream in, Set<List<String>> wanted) throws IOException {
        JsonFields fields = new JsonFields(wanted);
        try (JsonParser json = JSON.createParser(in)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new Malformed("it is not a JSON object", null);
            }
            fields.object(json);
            if (json.nextToken() != null) {
                throw new Malformed("it is more than a JSON object", null);
            }
        } catch (JsonProcessingException e) {
            throw new Malformed("it is not JSON: " + e.getOriginalMessage(), e);
        }
        return fields.found;
    }

    private void object(JsonParser json) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            place.add(json.currentName());
            JsonToken value = json.nextToken();
            if (value == JsonToken.START_OBJECT && leadsSomewhere()) {
                object(json);
            } else if (value == JsonToken.START_ARRAY && wanted.contains(place)) {
                found.put(List.copyOf(place), array(json));
            } else if (value.isStructStart()) {
                json.skipChildren();
            } else if (value.isScalarValue() && value != JsonToken.VALUE_NULL && wanted.contains(place)) {
                found.put(List.copyOf(place), json.getText());
            }
            place.remove(place.size() - 1);
        }
    }

    private static String array(JsonParser json) throws IOException {
        StringBuilder elements = new StringBuilder(IN_LIST);
        for (JsonToken value = json.nextToken(); value != JsonToken.END_ARRAY; value = json.nextToken()) {
            if (value.isStructStart()) {
                json.skipChildren();
            } else {
                elements.append(json.getText()).append(IN_LIST);
            }
            if (elements.length() > LONGEST_TEXT) {
                throw new Malformed("a list in it is too long", null);
            }
        }
        return elements.toString();
    }

    /** Whether a value that was read is a list. */
    public static boolean isList(String value) {
        return value.startsWith(IN_LIST);
    }

    /** Its elements, those that are texts, numbers or truth values. */
    public static List<String> list(String value) {
        return List.of(value.substring(IN_LIST.length()).split(IN_LIST, -1));
    }

    private boolean leadsSomewhere() {
        int depth = place.size();
        return wanted.stream()
                .anyMatch(each -> each.size() > depth && each.subList(0, depth).equals(place));
    }

    /** What is not the JSON that it should be, or too large in its parts. */
    public static final class Malformed extends IOException {
        private static final long serialVersionUID = 1;

        Malformed(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
