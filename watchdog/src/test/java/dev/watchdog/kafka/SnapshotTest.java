package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SnapshotTest {
    @Test
    void anAmountIsANumberAsItIsInEvidence() {
        assertThat(Snapshot.facts(
                        Map.of("hasBytes", "2147483648", "trendBytesPerMinute", "-5", "needBytes", "?", "image", "7")))
                .isEqualTo(
                        Map.of("hasBytes", 2_147_483_648L, "trendBytesPerMinute", -5L, "needBytes", "?", "image", "7"));
    }
}
