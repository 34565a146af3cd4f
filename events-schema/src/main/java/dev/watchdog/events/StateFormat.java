package dev.watchdog.events;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.data.BytesCloudEventData;
import java.net.URI;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * States as CloudEvents 1.0. Readers are as tolerant as those of {@link CloudEventsFormat}. All methods may be called
 * from any thread and do not block.
 */
public final class StateFormat {
    /** The CloudEvents type of a {@link HostState}. */
    public static final String HOST = "dev.watchdog.host.reported.v1";

    /** The CloudEvents type of a {@link SubjectState}. */
    public static final String SUBJECT = "dev.watchdog.subject.reported.v1";

    private static final Map<String, Class<? extends State>> TYPES =
            Map.of(HOST, HostState.class, SUBJECT, SubjectState.class);

    private StateFormat() {}

    /** The CloudEvents types of all states. */
    public static Set<String> types() {
        return TYPES.keySet();
    }

    /** The CloudEvents type of this state. */
    public static String typeOf(State state) {
        return state instanceof HostState ? HOST : SUBJECT;
    }

    /**
     * The report as an object of the SDK, from which any binding can be made; without names.
     *
     * @throws EventFormatException if it is too large, or the source is not a URI
     */
    public static CloudEvent toCloudEvent(StateReport report) {
        return toCloudEvent(report, EventNames.NONE);
    }

    /**
     * The report as an object of the SDK, with what people call its host and its subject.
     *
     * @throws EventFormatException if it is too large, or the source is not a URI
     */
    public static CloudEvent toCloudEvent(StateReport report, EventNames names) {
        String type = typeOf(report.state());
        try {
            CloudEventBuilder builder = CloudEventBuilder.v1()
                    .withId(report.id())
                    .withSource(URI.create(report.source()))
                    .withType(type)
                    .withDataSchema(EventTypes.schemaOf(type))
                    .withSubject(report.subject().toString())
                    .withTime(report.time().atOffset(ZoneOffset.UTC))
                    .withDataContentType(CloudEventsFormat.JSON)
                    .withData(BytesCloudEventData.wrap(EventJson.toJson(report.state(), type)));
            return CloudEventsFormat.named(builder, names).build();
        } catch (IllegalArgumentException e) {
            throw new EventFormatException("cannot write a " + type + ": " + e.getMessage(), e);
        }
    }

    /**
     * Reads a report from any binding.
     *
     * @return null when this version does not know the type: skip it
     * @throws EventFormatException if the envelope or the data are not what their schemas say
     */
    public static @Nullable StateReport fromCloudEvent(CloudEvent cloud) {
        Class<? extends State> record = TYPES.get(cloud.getType());
        if (record == null) {
            return null;
        }
        try {
            return new StateReport(
                    CloudEventsFormat.source(cloud),
                    cloud.getId(),
                    Subject.parse(CloudEventsFormat.required("subject", cloud.getSubject())),
                    CloudEventsFormat.required("time", cloud.getTime()).toInstant(),
                    CloudEventsFormat.data(cloud, record));
        } catch (IllegalArgumentException e) {
            throw new EventFormatException("cannot read a " + cloud.getType() + ": " + e.getMessage(), e);
        }
    }

    /** Structured JSON, UTF-8; see {@link #toCloudEvent}. */
    public static byte[] toJson(StateReport report) {
        return CloudEventsFormat.toJson(toCloudEvent(report));
    }

    /** Reads structured JSON; see {@link #fromCloudEvent}. */
    public static @Nullable StateReport fromJson(byte[] json) {
        return fromCloudEvent(CloudEventsFormat.cloudFromJson(json));
    }
}
