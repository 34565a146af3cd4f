package dev.watchdog.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StateFormatTest {
    private static final StateReport REPORT = new StateReport(
            "/hosts/h1/9b3e07d1",
            "s1-2",
            new Subject("container", "0a"),
            Instant.parse("2026-11-22T13:05:07.5Z"),
            new SubjectState(
                    new Subject("container", "0a"),
                    "h1",
                    "web",
                    "healthy",
                    Map.of("container.rootfs-lost", "heal"),
                    Evidence.of("fine"),
                    List.of("9b3e07d1-f1")));

    @Test
    void bothModesGiveBackTheSameReport() {
        for (ContentMode mode : ContentMode.values()) {
            Message message = Message.of(StateFormat.toCloudEvent(REPORT), mode);

            assertThat(StateFormat.fromCloudEvent(Message.toCloudEvent(message.value(), message.headers())))
                    .isEqualTo(REPORT);
        }
    }

    @Test
    void typesOfOthersAreSkipped() {
        byte[] event = CloudEventsFormat.toJson(new RandomEvents(3).next());

        assertThat(StateFormat.fromJson(event)).isNull();
        assertThat(CloudEventsFormat.fromJson(StateFormat.toJson(REPORT))).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/hosts/h1/9b3e07d1|/hosts/h1",
                "\"subject\":\"container/0a\",\"time\"|\"time\"",
                "2026-11-22T13:05:07.5|yesterday",
                "\"state\":\"healthy\",|''",
                "\"faults\":[|\"faults\":[null,"
            })
    void aDamagedOneIsRefused(String from, String to) {
        String json = new String(StateFormat.toJson(REPORT), UTF_8);
        assertThat(json).contains(from);

        assertThatThrownBy(() -> StateFormat.fromJson(json.replace(from, to).getBytes(UTF_8)))
                .isInstanceOf(EventFormatException.class)
                .hasMessageStartingWith("cannot read");
    }

    @Test
    void aSourceThatIsNoUriIsRefusedWhenWriting() {
        StateReport odd = new StateReport("/hosts/a b/c", "s1", Subject.HOST, Instant.EPOCH, REPORT.state());

        assertThatThrownBy(() -> StateFormat.toJson(odd))
                .isInstanceOf(EventFormatException.class)
                .hasMessageStartingWith("cannot write a dev.watchdog.subject.reported.v1");
    }
}
