package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.watchdog.events.ContentMode;
import dev.watchdog.events.Topic;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaSettingsTest {
    @Test
    void asShippedThereIsNoKafka() {
        assertThat(KafkaSettings.SHIPPED.enabled()).isFalse();
        assertThat(KafkaSettings.SHIPPED.name(Topic.DEAD_LETTERS)).isEqualTo("watchdog.dead-letters");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sasl.jaas.config",
                "ssl.key.password",
                "ssl.keystore.key",
                "ssl.truststore.password",
                "sasl.oauthbearer.client.credentials.client.secret"
            })
    void aSecretIsRefusedAmongThePropertiesAndIsNotRepeated(String name) {
        assertThatThrownBy(() -> made("b:9092", "watchdog.", Map.of(name, "hunter2"), Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name)
                .hasMessageNotContaining("hunter2");
        assertThatThrownBy(() -> made("b:9092", "watchdog.", Map.of(), Map.of(name, "hunter2")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name)
                .hasMessageNotContaining("hunter2");
        assertThat(made("b:9092", "watchdog.", Map.of(), Map.of(name, "file:/etc/watchdog/secret"))
                        .enabled())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"acks", "enable.idempotence", "bootstrap.servers", "group.id", "delivery.timeout.ms"})
    void whatOrderAndDurabilityRestOnIsNotForTheOperator(String name) {
        assertThatThrownBy(() -> made("b:9092", "watchdog.", Map.of(name, "1"), Map.of()))
                .hasMessageContaining("must not set " + name);
        assertThatThrownBy(() -> made("b:9092", "watchdog.", Map.of(), Map.of(name, "env:X")))
                .hasMessageContaining("must not set " + name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"broker", "broker:", "broker:9092;other:9092", "http://broker:9092 x"})
    void whatIsNoListOfServersIsRefused(String servers) {
        assertThatThrownBy(() -> made(servers, "watchdog.", Map.of(), Map.of())).hasMessageContaining("host:port");
    }

    @Test
    void whatIsNotATopicsNameIsRefused() {
        assertThatThrownBy(() -> made("b:1", "watch dog.", Map.of(), Map.of())).hasMessageContaining("letters");
        assertThat(made("[::1]:9092, b:9092", "", Map.of("security.protocol", "SSL"), Map.of())
                        .name(Topic.FAULTS))
                .isEqualTo("faults");
    }

    private static KafkaSettings made(
            String servers, String prefix, Map<String, String> properties, Map<String, String> secrets) {
        return new KafkaSettings(
                servers,
                prefix,
                ContentMode.STRUCTURED,
                true,
                Duration.ofSeconds(10),
                properties,
                secrets,
                KafkaSettings.SHIPPED.commands());
    }
}
