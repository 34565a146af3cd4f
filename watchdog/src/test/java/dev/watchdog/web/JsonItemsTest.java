package dev.watchdog.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonItemsTest {
    private static final String THIRD = "x".repeat(HttpLimits.LIST_BYTES / 3);

    @Test
    void holdsWhatFits() {
        JsonItems items = JsonItems.of(List.of(1, Map.of("a", "<b>"), List.of()));
        assertThat(items.isComplete()).isTrue();
        assertThat(Json.write(items.list())).hasToString("[1,{\"a\":\"\\u003Cb\\u003E\"},[]]");
    }

    @Test
    void leavesOutWhatDoesNotFitAndSaysSo() {
        JsonItems items = JsonItems.of(List.of(THIRD, THIRD, THIRD, "small"));
        assertThat(items.size()).isEqualTo(2);
        assertThat(items.isComplete()).isFalse();
        assertThat(Json.write(items.list()).length()).isLessThan(HttpLimits.LIST_BYTES);
    }

    @Test
    void holdsOneHoweverLarge() {
        JsonItems items = JsonItems.of(List.of(THIRD + THIRD + THIRD + THIRD, "small"));
        assertThat(items.size()).isEqualTo(1);
        assertThat(items.isComplete()).isFalse();
    }
}
