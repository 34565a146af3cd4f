package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class BatchEndSearchTest {
    @RepeatedTest(200)
    void theEndOfOneBatchIsFoundInAFewSteps() {
        SplittableRandom random = new SplittableRandom();
        long first = random.nextLong(1_000_000);
        long end = first + random.nextLong(1, 1 << random.nextInt(1, 20));
        BatchEndSearch search = new BatchEndSearch(first);
        int steps = 0;
        while (!search.done()) {
            if (search.next() < end) {
                search.tooLarge();
            } else {
                search.fetched();
            }
            assertThat(++steps).isLessThan(50);
        }
        assertThat(search.end()).isEqualTo(end);
        assertThat(search.first()).isEqualTo(first);
    }

    @Test
    void ofSeveralPartitionsTheOneThatIsInTheWayIsFoundByAskingForEachAlone() {
        TooLargeBatches batches = new TooLargeBatches();
        Map<Integer, Long> both = Map.of(0, 5L, 1, 9L);
        assertThat(batches.instead(both)).isEmpty();
        batches.refused(both);
        assertThat(batches.instead(both)).contains(Map.entry(0, 5L));
        assertThat(batches.fetched(0)).isEmpty();
        assertThat(batches.searches(0)).isFalse();

        assertThat(batches.instead(both)).contains(Map.entry(1, 9L));
        assertThat(batches.refused(1, 9)).isEmpty();
        assertThat(batches.searches(1)).isTrue();
        assertThat(batches.instead(both)).contains(Map.entry(1, 10L));
        assertThat(batches.fetched(1).map(BatchEndSearch::end)).isEqualTo(Optional.of(10L));
        assertThat(batches.instead(both)).isEmpty();
    }
}
