package dev.watchdog.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StrikesTest {
    private static final Duration START = Duration.ofHours(5);

    @Test
    void theDelayDoublesFrom100MillisecondsTo30Seconds() {
        Strikes strikes = Strikes.NONE;
        List<Long> delays = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            strikes = strikes.failed(START.plusMinutes(i), Duration.ZERO);
            delays.add(strikes.delay().toMillis());
        }

        assertThat(delays).containsExactly(100L, 200L, 400L, 800L, 1600L, 3200L, 6400L, 12800L, 25600L, 30000L, 30000L);
    }

    @Test
    void aMinuteOfPeaceIsForgiveness() {
        Strikes three = struck(3);

        assertThat(three.failed(START.plusMinutes(2), Duration.ofSeconds(59)).delay())
                .isEqualTo(Duration.ofMillis(800));
        assertThat(three.failed(START.plusMinutes(2), Duration.ofSeconds(60)).delay())
                .isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void fiveWithinAMinuteAreTooMany() {
        assertThat(struck(4).tooMany()).isFalse();
        assertThat(struck(5).tooMany()).isTrue();
        assertThat(struck(4).failed(START.plusSeconds(60), Duration.ZERO).tooMany())
                .as("the first of the four is a minute old")
                .isFalse();
    }

    private static Strikes struck(int times) {
        Strikes strikes = Strikes.NONE;
        for (int i = 0; i < times; i++) {
            strikes = strikes.failed(START, Duration.ZERO);
        }
        return strikes;
    }
}
