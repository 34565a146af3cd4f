package dev.watchdog.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;

/**
 * Writes a list of the API as the person wants it: a table, JSON, or names alone; and says when it is not all there is.
 *
 * @param field of the answer that holds the rows
 * @param name of a row, as every command takes it
 * @param none what is said of an empty list
 */
record Listing(String field, Function<JsonNode, String> name, String none) {
    /** The rows that pass. */
    List<JsonNode> rows(JsonNode answer, Predicate<JsonNode> wanted) {
        return StreamSupport.stream(answer.path(field).spliterator(), false)
                .filter(wanted)
                .toList();
    }

    /** Writes these rows of the answer. */
    void print(Global global, JsonNode answer, List<JsonNode> rows, Function<List<JsonNode>, Table> table) {
        if (global.json()) {
            global.print(only(answer, rows));
        } else if (global.names()) {
            rows.forEach(row -> global.out().println(Plain.of(name.apply(row))));
        } else if (rows.isEmpty()) {
            global.out().println(none);
        } else {
            table.apply(rows).print(global.out(), global.style());
        }
        global.out().flush();
        if (answer.has("complete") && !answer.path("complete").asBoolean()) {
            global.note("the list is incomplete: there are more than these "
                    + answer.path(field).size());
        }
    }

    private JsonNode only(JsonNode answer, List<JsonNode> rows) {
        if (!answer.isObject() || rows.size() == answer.path(field).size()) {
            return answer;
        }
        ObjectNode copy = answer.deepCopy();
        ArrayNode kept = copy.putArray(field);
        rows.forEach(kept::add);
        return copy;
    }
}
