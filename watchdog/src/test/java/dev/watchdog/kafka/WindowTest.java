package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WindowTest {
    @Test
    void onlyWhatHasNoGapBeforeItIsAcknowledged() {
        Window window = new Window(10);
        Window.Slot first = window.add(11, 1);
        Window.Slot second = window.add(14, 1);
        Window.Slot third = window.add(15, 1);
        window.done(third);
        window.done(second);
        assertThat(window.acknowledged()).isEqualTo(10);
        window.done(first);
        assertThat(window.acknowledged()).isEqualTo(15);
        assertThat(window.isEmpty()).isTrue();
    }

    @Test
    void itIsFullByNumberAndBySizeButOneAlwaysFits() {
        Window window = new Window(0);
        assertThat(window.hasRoom()).isTrue();
        Window.Slot large = window.add(1, 3 << 20);
        assertThat(window.hasRoom()).isFalse();
        window.done(large);
        long id = 1;
        while (window.hasRoom()) {
            window.add(++id, 10);
        }
        assertThat(id).isBetween(1_000L, 10_000L);
        window.rewind();
        assertThat(window.hasRoom()).isTrue();
        assertThat(window.acknowledged()).isEqualTo(1);
    }

    @Test
    void whatIsPassedOverCountsOnlyWhenNothingIsOnItsWay() {
        Window window = new Window(1);
        Window.Slot slot = window.add(2, 1);
        window.skip(9);
        assertThat(window.acknowledged()).isEqualTo(1);
        window.done(slot);
        window.skip(9);
        assertThat(window.acknowledged()).isEqualTo(9);
    }

    @Test
    void inAnyOrderOfAnswersItNeverRunsAheadOfWhatIsMissing() {
        SplittableRandom random = new SplittableRandom(20_261_128);
        for (int round = 0; round < 500; round++) {
            Window window = new Window(0);
            List<Window.Slot> open = new ArrayList<>();
            List<Long> missing = new ArrayList<>();
            for (long id = 1; id <= 30; id++) {
                open.add(window.add(id, 1));
                missing.add(id);
            }
            while (!open.isEmpty()) {
                int index = random.nextInt(open.size());
                window.done(open.remove(index));
                missing.remove(index);
                long expected = missing.isEmpty() ? 30 : missing.get(0) - 1;
                assertThat(window.acknowledged()).isEqualTo(expected);
            }
        }
    }
}
