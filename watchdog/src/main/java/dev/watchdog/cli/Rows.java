package dev.watchdog.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Picks what people want to see out of the API's JSON. */
final class Rows {
    private static final int TO_THE_SECOND = 19;

    private Rows() {}

    static String text(JsonNode node, String field) {
        return node.path(field).asText("");
    }

    /** An instant to the second. */
    static String time(JsonNode node, String field) {
        String text = text(node, field);
        return text.length() > TO_THE_SECOND ? text.substring(0, TO_THE_SECOND) + "Z" : text;
    }

    static String action(JsonNode action) {
        String gate = text(action, "gate");
        return text(action, "state") + (gate.isEmpty() ? "" : " (" + gate + ")");
    }

    /** Such as {@code fault.raised}. */
    static String shortType(JsonNode event) {
        return text(event, "type").replaceFirst("^dev\\.watchdog\\.", "").replaceFirst("\\.v[0-9]+$", "");
    }

    /** The part of an event's data that a person reads first. */
    static String detail(JsonNode event) {
        JsonNode data = event.path("data");
        for (String field : new String[] {"evidence", "result", "plan"}) {
            String summary = text(data.path(field), "summary");
            if (!summary.isEmpty()) {
                return summary;
            }
        }
        String sensor = text(data, "sensor");
        String gate = text(data, "gate");
        String why = text(data, "why") + text(data, "reason");
        String head = sensor + gate + (sensor.isEmpty() && gate.isEmpty() ? text(data, "verb") : "");
        return head.isEmpty() || why.isEmpty() ? head + why : head + ": " + why;
    }

    /** Safe between two slashes of a path. */
    static String pathPart(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    static void print(Global global, Table table, int rows, String none) {
        if (rows == 0) {
            global.out().println(none);
            global.out().flush();
        } else {
            table.print(global.out(), global.width());
        }
    }
}
