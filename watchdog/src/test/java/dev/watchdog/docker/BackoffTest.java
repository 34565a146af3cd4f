package dev.watchdog.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.docker.EngineException.Reason;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private final Backoff backoff = new Backoff(DockerEngine.Timing.SHIPPED);

    @Test
    void doublesToItsEnd() {
        assertThat(LongStream.generate(() -> backoff.afterMillis(Reason.TIMEOUT))
                        .limit(8))
                .containsExactly(250L, 500L, 1000L, 2000L, 4000L, 8000L, 10000L, 10000L);
    }

    @Test
    void looksOftenForWhatIsAbsentAndForgetsAfterHealth() {
        assertThat(LongStream.generate(() -> backoff.afterMillis(Reason.ABSENT)).limit(4))
                .containsExactly(250L, 500L, 1000L, 1000L);
        backoff.reset();
        assertThat(backoff.afterMillis(Reason.CUT)).isEqualTo(250);
    }
}
