package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.kafka.DeadLetterBudget.Letter;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeadLetterBudgetTest {
    private static final Duration START = Duration.ofSeconds(1_000);

    private final DeadLetterBudget budget = new DeadLetterBudget();

    @Test
    void aMinuteHasRoomForSixtyAndTheOthersAreSummedUp() {
        for (int i = 0; i < DeadLetterBudget.MOST; i++) {
            assertThat(budget.take(letter(i), START.plusMillis(i))).isTrue();
        }
        for (int i = 60; i < 100; i++) {
            assertThat(budget.take(letter(i), START.plusMillis(i))).isFalse();
        }
        assertThat(budget.summary(START.plusSeconds(59))).isEmpty();
        Letter sum = budget.summary(START.plusSeconds(60)).orElseThrow();
        assertThat(sum.record().offset()).isEqualTo(99);
        assertThat(sum.why())
                .startsWith("the last of 40 that were refused within a minute")
                .endsWith("why 99");
        assertThat(budget.summary(START.plusSeconds(61)))
                .as("until it is on disk")
                .isPresent();
        budget.summed();
        assertThat(budget.summary(START.plusSeconds(62))).isEmpty();
        assertThat(budget.take(letter(100), START.plusSeconds(63))).isTrue();
    }

    @Test
    void aQuietTopicNeverHasASum() {
        for (int i = 0; i < 500; i++) {
            assertThat(budget.take(letter(i), START.plusSeconds(2L * i))).isTrue();
            assertThat(budget.summary(START.plusSeconds(2L * i + 1))).isEmpty();
        }
    }

    private static Letter letter(int offset) {
        return new Letter(new Incoming("t", 0, offset, null, null, Map.of(), false), "why " + offset);
    }
}
