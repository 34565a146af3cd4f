package dev.watchdog.agent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.watchdog.events.Event;
import dev.watchdog.events.EventJson;
import dev.watchdog.events.EventTypes;
import dev.watchdog.healing.SubjectNames;
import java.io.IOException;
import java.io.UncheckedIOException;

/** An event in one line for people, the same in the log as in {@code watchdog events}. Pure. */
public final class EventLine {
    private static final int SHORT_ID = 12;

    private EventLine() {}

    /** Such as {@code fault.raised f17 container.rootfs-lost container/4f0c17d2a9be: the mount has gone}. */
    static String of(Event event) {
        JsonNode data = data(event);
        String subject = event.subject().toString();
        StringBuilder line = new StringBuilder(shortType(EventTypes.nameOf(event.data())));
        for (String field : new String[] {"action", "fault", "command"}) {
            append(line, shortId(text(data, field)));
        }
        append(line, text(data, "kind"));
        append(line, shortSubject(subject));
        String name = name(data.path("evidence"));
        append(line, name.isEmpty() ? "" : "(" + name + ")");
        String detail = detail(data);
        return line + (detail.isEmpty() ? "" : ": " + detail);
    }

    private static JsonNode data(Event event) {
        try {
            return EventJson.reader().readTree(EventJson.dataToJson(event.data()));
        } catch (IOException e) {
            throw new UncheckedIOException("what was just written cannot be read", e);
        }
    }

    private static String name(JsonNode evidence) {
        return SubjectNames.FACTS.stream()
                .map(fact -> text(evidence, fact))
                .filter(name -> !name.isEmpty())
                .findFirst()
                .orElse("");
    }

    private static void append(StringBuilder line, String word) {
        if (!word.isEmpty()) {
            line.append(' ').append(word);
        }
    }

    /** {@code f17} of {@code <journal>-f17}; a command's id stays as its sender wrote it. */
    private static String shortId(String id) {
        return id.matches(".*-[faw][0-9]+") ? id.substring(id.lastIndexOf('-') + 1) : id;
    }

    private static String shortSubject(String subject) {
        int slash = subject.indexOf('/');
        String id = subject.substring(slash + 1);
        return id.matches("[0-9a-f]{20,}") ? subject.substring(0, slash + 1) + id.substring(0, SHORT_ID) : subject;
    }

    /** The type without what all have in common, such as {@code fault.raised}. */
    public static String shortType(String type) {
        return type.replaceFirst("^dev\\.watchdog\\.", "").replaceFirst("\\.v[0-9]+$", "");
    }

    /** The part of an event's data that a person reads first. */
    public static String detail(JsonNode data) {
        for (String field : new String[] {"evidence", "result", "plan"}) {
            String summary = text(data.path(field), "summary");
            if (!summary.isEmpty()) {
                return summary;
            }
        }
        String sensor = text(data, "sensor");
        String gate = text(data, "gate");
        String why = text(data, "why") + text(data, "reason") + text(data, "what");
        String verb = text(data, "verb");
        String source = text(data, "source");
        String asked = verb + (verb.isEmpty() || source.isEmpty() ? "" : " from " + source);
        String head = sensor + gate + (sensor.isEmpty() && gate.isEmpty() ? asked : "");
        return head.isEmpty() || why.isEmpty() ? head + why : head + ": " + why;
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).asText("");
    }
}
