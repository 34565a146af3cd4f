package dev.watchdog.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.jackson.JsonFormat;
import java.net.URI;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CloudEventsFormatTest {
    private static final Event EVENT = new Event(
            "/hosts/h1/9b3e07d1",
            42,
            new Subject("container", "0a"),
            Instant.parse("2026-11-22T13:05:07.123456789Z"),
            Instant.parse("2026-11-22T13:05:00Z"),
            Severity.ERROR,
            "9b3e07d1-41",
            "41",
            new FaultRaised("9b3e07d1-41", "container.rootfs-lost", Evidence.of("lost")));

    @Test
    void theAttributesAreThoseOfTheContract() {
        CloudEvent cloud = CloudEventsFormat.toCloudEvent(EVENT);

        assertThat(cloud.getSpecVersion()).hasToString("1.0");
        assertThat(cloud.getType()).isEqualTo("dev.watchdog.fault.raised.v1");
        assertThat(cloud.getSource()).isEqualTo(URI.create("/hosts/h1/9b3e07d1"));
        assertThat(cloud.getId()).isEqualTo("42");
        assertThat(cloud.getSubject()).isEqualTo("container/0a");
        assertThat(cloud.getDataContentType()).isEqualTo("application/json");
        assertThat(cloud.getDataSchema()).isEqualTo(URI.create("https://watchdog.dev/schemas/fault.raised.v1.json"));
        assertThat(cloud.getExtensionNames())
                .containsExactlyInAnyOrder("recordedtime", "severitytext", "correlationid", "causationid");
    }

    @Test
    void structuredJsonIsThatOfTheSdk() {
        JsonFormat sdk = new JsonFormat();

        assertThat(Schemas.tree(CloudEventsFormat.toJson(EVENT)))
                .isEqualTo(Schemas.tree(sdk.serialize(CloudEventsFormat.toCloudEvent(EVENT))));
        assertThat(CloudEventsFormat.fromCloudEvent(sdk.deserialize(CloudEventsFormat.toJson(EVENT))))
                .isEqualTo(EVENT);
        assertThat(CloudEventsFormat.CONTENT_TYPE).isEqualTo(sdk.serializedContentType());
    }

    @Test
    void anUnknownTypeIsSkippedWhateverElseIsOddAboutIt() {
        String later = text().replace("fault.raised.v1\",\"data", "fault.raised.v2\",\"data")
                .replace("\"type\":\"dev.watchdog.fault.raised.v1\"", "\"type\":\"dev.watchdog.fault.raised.v2\"")
                .replace("\"data\":{", "\"data\":{\"x\":[],");

        assertThat(CloudEventsFormat.fromJson(later.getBytes(UTF_8))).isNull();
        assertThat(CloudEventsFormat.fromCloudEvent(CloudEventBuilder.v1()
                        .withId("not a number")
                        .withSource(URI.create("https://example.org"))
                        .withType("org.example.other")
                        .build()))
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({"TRACE,INFO", "DEBUG,INFO", "INFO,INFO", "WARN,WARN", "ERROR,ERROR", "FATAL,ERROR", "warn,ERROR"})
    void anUnknownSeverityCountsAsTheWorst(String text, Severity severity) {
        assertThat(read(text().replace("\"severitytext\":\"ERROR\"", "\"severitytext\":\"" + text + "\""))
                        .severity())
                .isEqualTo(severity);
    }

    @Test
    void withoutASeverityItIsInfo() {
        assertThat(read(text().replace("\"severitytext\":\"ERROR\",", "")).severity())
                .isEqualTo(Severity.INFO);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"id\":\"42\" -> \"id\":\"0\"",
                "\"id\":\"42\" -> \"id\":\"9223372036854775808\"",
                "\"id\":\"42\" -> \"id\":\"４２\"",
                "\"id\":\"42\" -> \"id\":42",
                "/hosts/h1/9b3e07d1 -> /hosts/h1",
                "/hosts/h1/9b3e07d1 -> http://[",
                "\"subject\":\"container/0a\" -> \"subject\":\"container/../etc\"",
                "\"subject\":\"container/0a\", -> ",
                "\"time\":\"2026-11-22T13:05:07.123456789Z\", -> ",
                "2026-11-22T13:05:07.123456789Z -> yesterday",
                "2026-11-22T13:05:00Z -> yesterday",
                "2026-11-22T13:05:00Z -> 2026-02-30T13:05:00Z",
                "\"specversion\":\"1.0\" -> \"specversion\":\"9\"",
                "\"data\":{ -> \"other\":{",
                "\"fault\":\"9b3e07d1-41\", -> ",
                "application/json -> text/plain"
            })
    void aDamagedEnvelopeIsRefused(String change) {
        String[] parts = change.split(" -> ", -1);
        assertThat(text()).contains(parts[0]);

        assertThatThrownBy(() -> read(text().replace(parts[0], parts[1])))
                .isInstanceOf(EventFormatException.class)
                .hasMessageStartingWith("cannot read");
    }

    @Test
    void aDocumentThatIsTooLargeIsNotEvenParsed() {
        assertThatThrownBy(() -> CloudEventsFormat.fromJson(new byte[EventJson.MOST_BYTES + 1]))
                .isInstanceOf(EventFormatException.class)
                .hasMessageContaining("1048577 bytes");
    }

    @Test
    void aSourceThatIsNoUriIsRefusedWhenWriting() {
        Event odd = new Event(
                "/hosts/a b/c",
                7,
                EVENT.subject(),
                EVENT.time(),
                EVENT.recorded(),
                Severity.INFO,
                null,
                null,
                EVENT.data());

        assertThatThrownBy(() -> CloudEventsFormat.toCloudEvent(odd))
                .isInstanceOf(EventFormatException.class)
                .hasMessageStartingWith("cannot write event 7");
    }

    @Test
    void warmingIsHarmless() {
        CloudEventsFormat.warm();
        CloudEventsFormat.warm();

        assertThat(CloudEventsFormat.fromJson(CloudEventsFormat.toJson(EVENT))).isEqualTo(EVENT);
    }

    private static String text() {
        return new String(CloudEventsFormat.toJson(EVENT), UTF_8);
    }

    private static Event read(String json) {
        return Objects.requireNonNull(CloudEventsFormat.fromJson(json.getBytes(UTF_8)));
    }
}
