package dev.watchdog.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.watchdog.agent.EventLine;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Picks what people want to see out of the API's JSON. */
final class Rows {
    private static final int TO_THE_SECOND = 19;

    private Rows() {}

    static String text(JsonNode node, String field) {
        return node.path(field).asText("");
    }

    /** The first of these fields that is there; empty when none is. */
    static String first(JsonNode node, String... fields) {
        for (String field : fields) {
            if (!text(node, field).isEmpty()) {
                return text(node, field);
            }
        }
        return "";
    }

    /** An instant to the second. */
    static String time(JsonNode node, String field) {
        String text = text(node, field);
        return text.length() > TO_THE_SECOND ? text.substring(0, TO_THE_SECOND) + "Z" : text;
    }

    /** A source that does not answer, in one line. */
    static String source(JsonNode source) {
        String state = text(source, "state");
        String words = switch (state) {
            case "absent" -> "is not there";
            case "unseen" -> "cannot be seen";
            case "waiting" -> "has not been asked yet";
            default -> state;
        };
        String detail = text(source, "detail");
        return text(source, "name") + " " + words + (detail.isEmpty() ? "" : ": " + detail);
    }

    static String action(JsonNode action) {
        String gate = text(action, "gate");
        return text(action, "state") + (gate.isEmpty() ? "" : " (" + gate + ")");
    }

    /** Such as {@code fault.raised}. */
    static String shortType(JsonNode event) {
        return EventLine.shortType(text(event, "type"));
    }

    /** The part of an event's data that a person reads first. */
    static String detail(JsonNode event) {
        return EventLine.detail(event.path("data"));
    }

    /** Safe between two slashes of a path. */
    static String pathPart(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
