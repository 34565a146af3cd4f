package dev.watchdog.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was seen, as a small JSON object: a one-line {@code summary} for people and whatever facts the domain adds, in
 * the order they were added. Deeply immutable, so it can travel the event bus.
 *
 * <p>Values are strings, booleans, numbers (whole ones as {@code Long}, others as {@code Double}), lists and maps of
 * these; anything else becomes its text, and a null is left out. It is small whatever went in: a text longer than 16,384
 * characters is cut; facts beyond 65,536 characters in all, or nested deeper than 16, are left out and a fact
 * {@code truncated} says so.
 *
 * @param facts by name; never changes
 */
public record Evidence(@JsonValue Map<String, Object> facts) {
    static final String TRUNCATED = "truncated";
    private static final String SUMMARY = "summary";

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public Evidence {
        facts = Facts.copyOf(facts);
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
}
