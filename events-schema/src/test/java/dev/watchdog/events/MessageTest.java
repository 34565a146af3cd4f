package dev.watchdog.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MessageTest {
    @ParameterizedTest
    @EnumSource(ContentMode.class)
    void whateverIsSentIsReadAsItWas(ContentMode mode) {
        RandomEvents events = new RandomEvents(7);
        for (int i = 0; i < 300; i++) {
            Event event = events.next();
            Message message = Message.of(CloudEventsFormat.toCloudEvent(event), mode);

            assertThat(CloudEventsFormat.fromCloudEvent(Message.toCloudEvent(message.value(), message.headers())))
                    .isEqualTo(event);
        }
    }

    @Test
    void theHeadersAreThoseOfTheKafkaBinding() {
        Event event = new RandomEvents(1).next();
        Message structured = Message.of(CloudEventsFormat.toCloudEvent(event), ContentMode.STRUCTURED);
        Message binary = Message.of(CloudEventsFormat.toCloudEvent(event), ContentMode.BINARY);

        assertThat(structured.headers()).isEqualTo(Map.of("content-type", "application/cloudevents+json"));
        assertThat(binary.headers())
                .containsEntry("content-type", "application/json")
                .containsEntry("ce_specversion", "1.0")
                .containsEntry("ce_id", Long.toString(event.id()))
                .containsEntry("ce_type", EventTypes.nameOf(event.data()))
                .containsEntry(
                        "ce_time", Schemas.tree(structured.value()).path("time").asText());
        assertThat(binary.value()).isEqualTo(EventJson.dataToJson(event.data()));
    }

    @ParameterizedTest
    @CsvSource({
        "ce_specversion,0.3",
        "ce_source,http://[",
        "ce_time,yesterday",
        "ce_Odd,x",
        "content-type,application/cloudevents+json"
    })
    void whatIsNoCloudEventIsRefused(String header, String value) {
        Message binary = Message.of(CloudEventsFormat.toCloudEvent(new RandomEvents(2).next()), ContentMode.BINARY);
        Map<String, String> headers = new LinkedHashMap<>(binary.headers());
        headers.put(header, value);

        assertThatThrownBy(() -> Message.toCloudEvent("{}".getBytes(UTF_8), headers))
                .isInstanceOf(EventFormatException.class)
                .hasMessageStartingWith("cannot read");
        assertThatThrownBy(() -> Message.toCloudEvent("{}".getBytes(UTF_8), Map.of()))
                .isInstanceOf(EventFormatException.class);
    }

    @Test
    void aValueCannotBeChangedFromOutside() {
        Message message = CommandSigner.unsigned(Commands.HEAL, ContentMode.BINARY);
        message.value()[0] = 0;

        assertThat(message.value()[0]).isEqualTo((byte) '{');
    }
}
