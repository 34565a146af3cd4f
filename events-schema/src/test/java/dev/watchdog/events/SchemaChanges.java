package dev.watchdog.events;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds what in a new version of a schema breaks those who know the old one.
 *
 * <p>What was valid must stay valid: journals hold old events, and others send old commands. Of what we write, what is
 * valid now must have been valid before, too: readers rely on it. Only what is not listed may come: optional fields.
 */
final class SchemaChanges {
    private static final Set<String> FOR_PEOPLE = Set.of("title", "description", "$comment", "examples", "deprecated");
    private static final Set<String> LOWER_BOUNDS = Set.of("minimum", "minLength", "minItems", "minProperties");
    private static final Set<String> UPPER_BOUNDS = Set.of("maximum", "maxLength", "maxItems", "maxProperties");
    private static final Set<String> OF_SCHEMAS = Set.of("properties", "$defs");
    private static final Set<String> SCHEMAS = Set.of("items", "additionalProperties", "propertyNames");

    private final boolean written;
    private final List<String> breaks = new ArrayList<>();

    private SchemaChanges(boolean written) {
        this.written = written;
    }

    /**
     * The places that break, each with what is wrong.
     *
     * @param written true for a schema of what we write, false for one of what we read only
     */
    static List<String> breaking(JsonNode old, JsonNode now, boolean written) {
        SchemaChanges changes = new SchemaChanges(written);
        changes.schema("", old, now);
        return changes.breaks;
    }

    private void schema(String at, JsonNode old, JsonNode now) {
        if (!old.isObject() || !now.isObject()) {
            if (!old.equals(now)) {
                breaks.add(at + " was " + old + ", is " + now);
            }
            return;
        }
        Set<String> keywords = new TreeSet<>();
        old.fieldNames().forEachRemaining(keywords::add);
        now.fieldNames().forEachRemaining(keywords::add);
        keywords.removeAll(FOR_PEOPLE);
        for (String keyword : keywords) {
            keyword(at + "/" + keyword, keyword, old.path(keyword), now.path(keyword));
        }
    }

    private void keyword(String at, String keyword, JsonNode old, JsonNode now) {
        if (OF_SCHEMAS.contains(keyword)) {
            members(at, old, now);
        } else if (keyword.equals("required")) {
            sets(at, texts(now), texts(old));
        } else if (keyword.equals("type") && !old.isMissingNode() && !now.isMissingNode()) {
            sets(at, texts(old), texts(now));
        } else if (keyword.equals("enum") && !old.isMissingNode() && !now.isMissingNode()) {
            sets(at, texts(old), texts(now));
        } else if (LOWER_BOUNDS.contains(keyword)) {
            bounds(at, number(old, 0), number(now, 0));
        } else if (UPPER_BOUNDS.contains(keyword)) {
            bounds(at, -number(old, Double.MAX_VALUE), -number(now, Double.MAX_VALUE));
        } else if (SCHEMAS.contains(keyword) && !old.isMissingNode() && !now.isMissingNode()) {
            schema(at, old, now);
        } else if (!old.equals(now)) {
            opaque(at, old, now);
        }
    }

    /** What a computer cannot compare may only be dropped, and only where we read. */
    private void opaque(String at, JsonNode old, JsonNode now) {
        if (written || !now.isMissingNode()) {
            breaks.add(at + " was " + old + ", is " + now);
        }
    }

    private void members(String at, JsonNode old, JsonNode now) {
        for (Map.Entry<String, JsonNode> member : old.properties()) {
            String place = at + "/" + member.getKey();
            if (now.has(member.getKey())) {
                schema(place, member.getValue(), now.get(member.getKey()));
            } else {
                breaks.add(place + " was removed");
            }
        }
    }

    /** Everything in the first must be in the second; where we write, the other way as well. */
    private void sets(String at, Set<String> first, Set<String> second) {
        Set<String> narrowed = new TreeSet<>(first);
        narrowed.removeAll(second);
        Set<String> widened = new TreeSet<>(second);
        widened.removeAll(first);
        if (!narrowed.isEmpty()) {
            breaks.add(at + " was narrowed by " + narrowed);
        }
        if (written && !widened.isEmpty()) {
            breaks.add(at + " was widened by " + widened);
        }
    }

    private void bounds(String at, double old, double now) {
        if (now > old) {
            breaks.add(at + " was narrowed");
        }
        if (written && now < old) {
            breaks.add(at + " was widened");
        }
    }

    private static double number(JsonNode node, double otherwise) {
        return node.isNumber() ? node.doubleValue() : otherwise;
    }

    private static Set<String> texts(JsonNode node) {
        Set<String> texts = new HashSet<>();
        if (node.isArray()) {
            node.forEach(text -> texts.add(text.toString()));
        } else if (!node.isMissingNode()) {
            texts.add(node.toString());
        }
        return texts;
    }
}
