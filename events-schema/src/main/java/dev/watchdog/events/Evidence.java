package dev.watchdog.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was seen, as a small JSON object: a one-line {@code summary} for people and whatever facts the domain adds.
 * Values are strings, numbers, booleans, lists and maps of these. Deeply immutable, so it can travel the event bus.
 */
public record Evidence(@JsonValue Map<String, Object> facts) {
    private static final String SUMMARY = "summary";

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public Evidence {
        facts = copy(facts);
    }

    /** Evidence that is one sentence. */
    public static Evidence of(String summary) {
        return new Evidence(Map.of(SUMMARY, summary));
    }

    /** The same evidence with one more fact. */
    public Evidence with(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(facts);
        more.put(name, value);
        return new Evidence(more);
    }

    /** The sentence for people, or an empty string. */
    public String summary() {
        return facts.get(SUMMARY) instanceof String text ? text : "";
    }

    private static Map<String, Object> copy(Map<?, ?> map) {
        Map<String, Object> result = new LinkedHashMap<>();
        map.forEach((name, value) -> result.put(String.valueOf(name), copyValue(value)));
        return Collections.unmodifiableMap(result);
    }

    private static Object copyValue(Object value) {
        if (value instanceof Map<?, ?> map) {
            return copy(map);
        }
        if (value instanceof Collection<?> items) {
            return List.copyOf(items.stream().map(Evidence::copyValue).toList());
        }
        if (value instanceof Number || value instanceof Boolean) {
            return value;
        }
        return String.valueOf(value);
    }
}
