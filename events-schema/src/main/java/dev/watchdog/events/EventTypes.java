package dev.watchdog.events;

import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names of the event types. A name, once published, always means the same record. Beside each there is a JSON Schema
 * of its data, a resource of this package under {@code schema/}. Safe to use from any thread.
 */
public final class EventTypes {
    private static final String PREFIX = "dev.watchdog.";
    private static final String SCHEMAS = "https://watchdog.dev/schemas/";
    private static final Map<String, Class<? extends EventData>> BY_NAME = new LinkedHashMap<>();
    private static final Map<Class<? extends EventData>, String> BY_CLASS = new LinkedHashMap<>();

    static {
        register("fault.raised", FaultRaised.class);
        register("fault.cleared", FaultCleared.class);
        register("action.requested", ActionEvent.Requested.class);
        register("action.held", ActionEvent.Held.class);
        register("action.refused", ActionEvent.Refused.class);
        register("action.started", ActionEvent.Started.class);
        register("action.succeeded", ActionEvent.Succeeded.class);
        register("action.failed", ActionEvent.Failed.class);
        register("action.undone", ActionEvent.Undone.class);
        register("action.interrupted", ActionEvent.Interrupted.class);
        register("sensor.blinded", SensorEvent.Blinded.class);
        register("sensor.recovered", SensorEvent.Recovered.class);
        register("journal.truncated", JournalTruncated.class);
        register("command.accepted", CommandEvent.Accepted.class);
        register("command.progressed", CommandEvent.Progressed.class);
        register("command.rejected", CommandEvent.Rejected.class);
        register("command.succeeded", CommandEvent.Succeeded.class);
        register("command.failed", CommandEvent.Failed.class);
        register("command.expired", CommandEvent.Expired.class);
        register("record.refused", RecordEvent.Refused.class);
        register("record.undelivered", RecordEvent.Undelivered.class);
    }

    private EventTypes() {}

    private static void register(String name, Class<? extends EventData> data) {
        String type = PREFIX + name + ".v1";
        BY_NAME.put(type, data);
        BY_CLASS.put(data, type);
    }

    /** All names, in the order of a fault's life. */
    public static Set<String> names() {
        return Collections.unmodifiableSet(BY_NAME.keySet());
    }

    /** The CloudEvents {@code type} of this data. */
    public static String nameOf(EventData data) {
        String name = BY_CLASS.get(data.getClass());
        if (name == null) {
            throw new IllegalStateException(data.getClass() + " has no event type");
        }
        return name;
    }

    /** The {@code $id} of the JSON Schema of this data, which is its CloudEvents {@code dataschema}. */
    public static URI schemaOf(EventData data) {
        return schemaOf(nameOf(data));
    }

    /** The {@code $id} of the JSON Schema of the data of a CloudEvents {@code type} of ours. */
    static URI schemaOf(String type) {
        return URI.create(SCHEMAS + type.substring(PREFIX.length()) + ".json");
    }

    /** The record for a CloudEvents {@code type}, or null for one that this version does not know. */
    public static @Nullable Class<? extends EventData> classOf(String name) {
        return BY_NAME.get(name);
    }
}
