package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MastersTest {
    @Test
    void mastersComeBeforeTheirSlavesHoweverTheyAreGiven() {
        Map<String, String> propagation =
                Map.of("slave", "shared:9 master:5", "master", "shared:5", "slave of slave", "master:9", "private", "");
        assertThat(Masters.order(List.of("slave of slave", "slave", "private", "master"), propagation))
                .containsExactly("private", "master", "slave", "slave of slave");
    }

    @Test
    void peersAndCirclesStayInTheirOrder() {
        assertThat(Masters.order(List.of("b", "a"), Map.of("a", "shared:1", "b", "shared:1")))
                .containsExactly("b", "a");
        assertThat(Masters.order(List.of("b", "a"), Map.of("a", "shared:1 master:2", "b", "shared:2 master:1")))
                .containsExactly("b", "a");
    }

    @Test
    void numbersAreComparedWhole() {
        assertThat(Masters.order(List.of("slave", "other"), Map.of("slave", "master:1", "other", "shared:11")))
                .containsExactly("slave", "other");
    }
}
