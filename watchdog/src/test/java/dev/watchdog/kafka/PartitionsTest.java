package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.events.Topic;
import dev.watchdog.kafka.Cluster.TopicState;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PartitionsTest {
    private static final KafkaSettings SETTINGS = KafkaScene.settings("b:9092", "w.");

    @Test
    void oneIsChosenAsKafkaWouldAndKeptWhenSomeAreAdded() {
        Partitions partitions = new Partitions(SETTINGS, "host-1", Map.of());
        Map<String, Optional<String>> rows = partitions.choose(faults(12));
        int chosen = partitions.of(Topic.FAULTS);
        assertThat(chosen).isBetween(0, 11);
        assertThat(rows).isEqualTo(Map.of("kafka-partition w.faults", Optional.of(Integer.toString(chosen))));
        assertThat(partitions.choose(faults(100))).isEmpty();
        assertThat(partitions.of(Topic.FAULTS)).isEqualTo(chosen);
    }

    @Test
    void whatWasChosenBeforeIsReadAndLeftOnlyWhenItIsNotThereAnyMore() {
        Map<String, String> rows = new HashMap<>(Map.of("kafka-partition w.faults", "5", "kafka-partition w.x", "y"));
        Partitions partitions = new Partitions(SETTINGS, "host-1", rows);
        assertThat(partitions.choose(faults(6))).isEmpty();
        assertThat(partitions.of(Topic.FAULTS)).isEqualTo(5);
        assertThat(partitions.choose(faults(1))).containsEntry("kafka-partition w.faults", Optional.of("0"));
        assertThat(partitions.of(Topic.FAULTS)).isZero();
    }

    private static Map<Topic, TopicState> faults(int partitions) {
        return Map.of(Topic.FAULTS, new TopicState("id", partitions));
    }
}
