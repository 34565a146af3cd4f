package dev.watchdog.web;

import dev.watchdog.events.Event;
import dev.watchdog.events.EventData;
import dev.watchdog.events.EventNames;
import dev.watchdog.events.EventTypes;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An event as a CloudEvent in structured JSON. */
record EventView(
        String specversion,
        String id,
        String source,
        String type,
        String subject,
        Instant time,
        Instant recordedtime,
        String severitytext,
        @Nullable String correlationid,
        @Nullable String causationid,
        @Nullable String hostname,
        @Nullable String subjectname,
        String datacontenttype,
        EventData data) {
    static EventView of(Event event, EventNames names) {
        return new EventView(
                "1.0",
                Long.toString(event.id()),
                event.source(),
                EventTypes.nameOf(event.data()),
                event.subject().toString(),
                event.time(),
                event.recorded(),
                event.severity().text(),
                event.correlation(),
                event.causation(),
                orNull(names.host()),
                orNull(names.subject()),
                "application/json",
                event.data());
    }

    private static @Nullable String orNull(String name) {
        return name.isEmpty() ? null : name;
    }

    /** The type without what all have in common, such as {@code fault.raised}. */
    static String shortType(Event event) {
        String[] parts = EventTypes.nameOf(event.data()).split("\\.", -1);
        return parts[parts.length - 3] + "." + parts[parts.length - 2];
    }
}
