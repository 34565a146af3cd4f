package dev.watchdog.events;

import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import io.cloudevents.SpecVersion;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.data.BytesCloudEventData;
import io.cloudevents.rw.CloudEventRWException;
import io.cloudevents.types.Time;
import java.net.URI;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A CloudEvent as headers and value of a record of Kafka, by CloudEvents' Kafka binding. Immutable; the headers' values
 * are UTF-8 in Kafka.
 */
public final class Message {
    /** The header that names the media type of the value. */
    public static final String CONTENT_TYPE = "content-type";

    /** What the headers of attributes begin with, in {@link ContentMode#BINARY}. */
    public static final String PREFIX = "ce_";

    private final Map<String, String> headers;
    private final byte[] value;

    Message(Map<String, String> headers, byte[] value) {
        this.headers = InOrder.copyOf(headers);
        this.value = value.clone();
    }

    /**
     * Any event of the SDK, such as {@link CloudEventsFormat#toCloudEvent} makes.
     *
     * @throws EventFormatException if it cannot be written
     */
    public static Message of(CloudEvent event, ContentMode mode) {
        if (mode == ContentMode.STRUCTURED) {
            return new Message(Map.of(CONTENT_TYPE, CloudEventsFormat.CONTENT_TYPE), CloudEventsFormat.toJson(event));
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (String name : event.getAttributeNames()) {
            Object value = Objects.requireNonNull(event.getAttribute(name));
            headers.put(name.equals("datacontenttype") ? CONTENT_TYPE : PREFIX + name, text(value));
        }
        for (String name : event.getExtensionNames()) {
            headers.put(PREFIX + name, text(Objects.requireNonNull(event.getExtension(name))));
        }
        CloudEventData data = event.getData();
        return new Message(headers, data == null ? new byte[0] : data.toBytes());
    }

    /**
     * Reads what {@link #of} wrote, whoever wrote it.
     *
     * @throws EventFormatException if it is not a CloudEvent
     */
    public static CloudEvent toCloudEvent(byte[] value, Map<String, String> headers) {
        String type = headers.get(CONTENT_TYPE);
        if (isStructured(type)) {
            return CloudEventsFormat.cloudFromJson(value);
        }
        EventJson.checkSize(value);
        try {
            CloudEventBuilder builder = CloudEventBuilder.v1();
            if (!SpecVersion.V1.toString().equals(headers.get(PREFIX + "specversion"))) {
                throw new EventFormatException("cannot read a record that is no CloudEvent 1.0");
            }
            headers.forEach((header, text) -> attribute(builder, header, text));
            return builder.withDataContentType(type)
                    .withData(BytesCloudEventData.wrap(value.clone()))
                    .build();
        } catch (IllegalArgumentException | IllegalStateException | DateTimeException | CloudEventRWException e) {
            throw new EventFormatException("cannot read a record: " + e.getMessage(), e);
        }
    }

    /** By names. */
    public Map<String, String> headers() {
        return headers;
    }

    /** A copy. */
    public byte[] value() {
        return value.clone();
    }

    static boolean isStructured(@Nullable String contentType) {
        return contentType != null && MediaType.essence(contentType).equals(CloudEventsFormat.CONTENT_TYPE);
    }

    private static void attribute(CloudEventBuilder builder, String header, String text) {
        if (!header.startsWith(PREFIX)) {
            return;
        }
        String name = header.substring(PREFIX.length());
        switch (name) {
            case "specversion", "datacontenttype" -> {}
            case "id" -> builder.withId(text);
            case "source" -> builder.withSource(URI.create(text));
            case "type" -> builder.withType(text);
            case "subject" -> builder.withSubject(text);
            case "dataschema" -> builder.withDataSchema(URI.create(text));
            case "time" -> builder.withTime(Time.parseTime(text));
            default -> builder.withExtension(name, text);
        }
    }

    private static String text(Object value) {
        return value instanceof OffsetDateTime time ? Time.writeTime(time) : value.toString();
    }
}
