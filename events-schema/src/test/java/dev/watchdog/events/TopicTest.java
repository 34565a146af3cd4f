package dev.watchdog.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicTest {
    @ParameterizedTest
    @CsvSource({
        "fault.raised, watchdog.faults",
        "sensor.recovered, watchdog.faults",
        "journal.truncated, watchdog.faults",
        "action.held, watchdog.actions",
        "command.requested, watchdog.commands",
        "command.accepted, watchdog.replies",
        "command.expired, watchdog.replies",
        "record.refused, watchdog.dead-letters",
        "host.reported, watchdog.hosts",
        "subject.reported, watchdog.inventory"
    })
    void typesGoByTheirNouns(String type, String topic) {
        assertThat(Topic.of("dev.watchdog." + type + ".v1").named(Topic.PREFIX)).isEqualTo(topic);
    }

    @Test
    void everyTypeHasATopicAndEveryTopicAType() {
        Map<Topic, Set<String>> types = new HashMap<>();
        Schemas.types()
                .forEach(type -> types.computeIfAbsent(Topic.of(type), topic -> new HashSet<>())
                        .add(type));

        assertThat(types.keySet()).containsExactlyInAnyOrder(Topic.values());
        assertThat(types.get(Topic.COMMANDS)).containsExactly(CommandRequest.TYPE);
        assertThat(Arrays.stream(Topic.values()).filter(Topic::compacted))
                .containsExactlyInAnyOrder(Topic.of(StateFormat.HOST), Topic.of(StateFormat.SUBJECT));
        assertThat(Topic.of(new SensorEvent.Recovered("s", 1))).isEqualTo(Topic.FAULTS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "fault", "dev.watchdog.moon.raised.v1", "org.example.fault.raised.v1.x"})
    void anUnknownNounHasNone(String type) {
        assertThatIllegalArgumentException().isThrownBy(() -> Topic.of(type));
    }
}
