package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.linux.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CoalescerTest {
    private final Coalescer<Long> coalescer = new Coalescer<>(40, Duration.ofMillis(30));

    private static Moment at(long millis) {
        return new Moment("boot", Duration.ofMillis(millis), Instant.ofEpochMilli(millis));
    }

    @Test
    void theFirstSignalIsSweptAtOnce() {
        assertThat(coalescer.take(at(0))).isNull();
        coalescer.signal(1L, at(5));
        assertThat(coalescer.take(at(5))).isEqualTo(Map.of(1L, at(5)));
    }

    @Test
    void whatComesDuringASweepIsOneSweepAfterItWithTheFirstTimes() {
        coalescer.signal(1L, at(0));
        coalescer.take(at(0));
        coalescer.signal(1L, at(1));
        coalescer.signal(2L, at(2));
        coalescer.signal(1L, at(3));
        assertThat(coalescer.take(at(3))).isNull();
        assertThat(coalescer.wait(at(3))).isEqualTo(Duration.ofMillis(197));
        coalescer.swept(Duration.ZERO, true, at(4));
        assertThat(coalescer.take(at(4))).isEqualTo(Map.of(1L, at(1), 2L, at(2)));
    }

    @Test
    void aSweepThatHangsKeepsTheNextOneWaitingNoLongerThanTwoHundredMilliseconds() {
        coalescer.signal(1L, at(0));
        coalescer.take(at(0));
        coalescer.signal(2L, at(50));
        assertThat(coalescer.take(at(199))).isNull();
        assertThat(coalescer.take(at(200))).isEqualTo(Map.of(2L, at(50)));
    }

    @Test
    void afterASweepForNothingItRestsInProportionAndNoLongerThanThirtyMilliseconds() {
        coalescer.signal(1L, at(0));
        coalescer.take(at(0));
        coalescer.swept(Duration.ofNanos(50_000), false, at(10));
        coalescer.signal(1L, at(11));
        assertThat(coalescer.take(at(11))).isNull();
        assertThat(coalescer.wait(at(11))).isEqualTo(Duration.ofMillis(1));
        assertThat(coalescer.take(at(12))).hasSize(1);
        coalescer.swept(Duration.ofSeconds(1), false, at(20));
        coalescer.signal(1L, at(21));
        assertThat(coalescer.wait(at(21))).isEqualTo(Duration.ofMillis(29));
        assertThat(coalescer.take(at(50))).hasSize(1);
    }
}
