package dev.watchdog.events;

import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.data.BytesCloudEventData;
import io.cloudevents.jackson.JsonCloudEventData;
import java.io.IOException;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Events as CloudEvents 1.0, as objects of its SDK (for any binding) and as structured JSON. The envelope is described
 * by {@code envelope.v1.json} and uses the documented extensions {@code recordedtime}, {@code severitytext},
 * {@code correlationid} and {@code causationid}, and {@link EventNames}.
 *
 * <p>A reader has to live with writers newer than itself. A type it does not know is read as null, and skipping it is
 * always right: a changed meaning gets a new type. Attributes and fields it does not know are ignored. A severity it
 * does not know counts as {@link Severity#ERROR}, so that nothing serious goes unseen. All methods may be called from
 * any thread and do not block.
 */
public final class CloudEventsFormat {
    /** The media type of {@link #toJson}. */
    public static final String CONTENT_TYPE = "application/cloudevents+json";

    static final String JSON = "application/json";
    private static final String RECORDED = "recordedtime";
    private static final String SEVERITY = "severitytext";
    private static final String CORRELATION = "correlationid";
    private static final String CAUSATION = "causationid";
    private static final Pattern SOURCE =
            Pattern.compile("/hosts/[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*");
    private static final Pattern ID = Pattern.compile("[1-9][0-9]{0,18}");

    private CloudEventsFormat() {}

    /**
     * The event as an object of the SDK, from which any binding can be made; without names.
     *
     * @throws EventFormatException if the data are too large, or the source is not a URI
     */
    public static CloudEvent toCloudEvent(Event event) {
        return toCloudEvent(event, EventNames.NONE);
    }

    /**
     * The event as an object of the SDK, with what people call its host and its subject.
     *
     * @throws EventFormatException if the data are too large, or the source is not a URI
     */
    public static CloudEvent toCloudEvent(Event event, EventNames names) {
        try {
            CloudEventBuilder builder = CloudEventBuilder.v1()
                    .withId(Long.toString(event.id()))
                    .withSource(URI.create(event.source()))
                    .withType(EventTypes.nameOf(event.data()))
                    .withDataSchema(EventTypes.schemaOf(event.data()))
                    .withSubject(event.subject().toString())
                    .withTime(utc(event.time()))
                    .withExtension(RECORDED, utc(event.recorded()))
                    .withExtension(SEVERITY, event.severity().text())
                    .withDataContentType(JSON)
                    .withData(BytesCloudEventData.wrap(EventJson.dataToJson(event.data())));
            if (event.correlation() != null) {
                builder.withExtension(CORRELATION, Text.fit(event.correlation()));
            }
            if (event.causation() != null) {
                builder.withExtension(CAUSATION, Text.fit(event.causation()));
            }
            return named(builder, names).build();
        } catch (IllegalArgumentException e) {
            throw new EventFormatException("cannot write event " + event.id() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Reads an event from any binding.
     *
     * @return null when this version does not know the type: skip it
     * @throws EventFormatException if the envelope or the data are not what their schemas say
     */
    public static @Nullable Event fromCloudEvent(CloudEvent cloud) {
        Class<? extends EventData> record = EventTypes.classOf(cloud.getType());
        if (record == null) {
            return null;
        }
        try {
            String correlation = extension(cloud, CORRELATION);
            return new Event(
                    source(cloud),
                    Long.parseLong(matching(ID, "id", cloud.getId())),
                    Subject.parse(required("subject", cloud.getSubject())),
                    required("time", cloud.getTime()).toInstant(),
                    recorded(cloud),
                    severity(extension(cloud, SEVERITY)),
                    correlation,
                    extension(cloud, CAUSATION),
                    data(cloud, record));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new EventFormatException("cannot read a " + cloud.getType() + ": " + e.getMessage(), e);
        }
    }

    /** Structured JSON, UTF-8; see {@link #toCloudEvent}. */
    public static byte[] toJson(Event event) {
        return toJson(toCloudEvent(event));
    }

    static CloudEventBuilder named(CloudEventBuilder builder, EventNames names) {
        if (!names.host().isEmpty()) {
            builder.withExtension(EventNames.HOST, names.host());
        }
        return names.subject().isEmpty() ? builder : builder.withExtension(EventNames.SUBJECT, names.subject());
    }

    static byte[] toJson(CloudEvent cloud) {
        try {
            return EventJson.writer().writeValueAsBytes(cloud);
        } catch (IOException e) {
            throw new EventFormatException("cannot write event " + cloud.getId() + ": " + e.getMessage(), e);
        }
    }

    /** Reads structured JSON; see {@link #fromCloudEvent}. */
    public static @Nullable Event fromJson(byte[] json) {
        return fromCloudEvent(cloudFromJson(json));
    }

    static CloudEvent cloudFromJson(byte[] json) {
        EventJson.checkSize(json);
        try {
            return EventJson.notNull(
                    EventJson.reader().forType(CloudEvent.class).<CloudEvent>readValue(json), "an event");
        } catch (IOException e) {
            throw EventJson.unreadable("an event", e);
        }
    }

    /**
     * As {@link EventJson#warm}, and the CloudEvents SDK with it. The SDK looks for validators through the service
     * loader of the thread that uses it first, which is the one that calls this.
     */
    public static void warm() {
        EventJson.warm();
        FaultRaised data = new FaultRaised("f", "k", Evidence.of(""));
        fromJson(toJson(
                new Event("/hosts/h/j", 1, Subject.HOST, Instant.EPOCH, Instant.EPOCH, Severity.INFO, "f", "1", data)));
    }

    static <D> D data(CloudEvent cloud, Class<? extends D> record) {
        CloudEventData data = required("data", cloud.getData());
        try {
            if (data instanceof JsonCloudEventData json) {
                return EventJson.notNull(
                        EventJson.reader().forType(record).<D>readValue(json.getNode()), cloud.getType());
            }
            byte[] bytes = data.toBytes();
            EventJson.checkSize(bytes);
            return EventJson.notNull(EventJson.reader().forType(record).<D>readValue(bytes), cloud.getType());
        } catch (IOException e) {
            throw EventJson.unreadable(cloud.getType(), e);
        }
    }

    private static Instant recorded(CloudEvent cloud) {
        Object value = required(RECORDED, cloud.getExtension(RECORDED));
        OffsetDateTime time = value instanceof OffsetDateTime known ? known : OffsetDateTime.parse(value.toString());
        return time.toInstant();
    }

    private static Severity severity(@Nullable String text) {
        if (text == null) {
            return Severity.INFO;
        }
        return switch (text) {
            case "TRACE", "DEBUG", "INFO" -> Severity.INFO;
            case "WARN" -> Severity.WARN;
            default -> Severity.ERROR;
        };
    }

    private static @Nullable String extension(CloudEvent cloud, String name) {
        Object value = cloud.getExtension(name);
        return value == null ? null : value.toString();
    }

    private static String matching(Pattern pattern, String name, String value) {
        if (!pattern.matcher(value).matches()) {
            throw new IllegalArgumentException("its " + name + " is not as the envelope's schema has it");
        }
        return value;
    }

    static String source(CloudEvent cloud) {
        return matching(SOURCE, "source", cloud.getSource().toString());
    }

    static <T> T required(String name, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException("it has no " + name);
        }
        return value;
    }

    private static OffsetDateTime utc(Instant time) {
        return time.atOffset(ZoneOffset.UTC);
    }
}
