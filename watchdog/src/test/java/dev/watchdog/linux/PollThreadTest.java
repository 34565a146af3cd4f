package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PollThreadTest {
    @ParameterizedTest
    @ValueSource(classes = {IllegalStateException.class, LinkageError.class})
    void whateverEndsTheThreadIsTold(Class<? extends Throwable> what) throws Exception {
        CompletableFuture<IOException> told = new CompletableFuture<>();
        try (PollThread thread = new PollThread("polled", told::complete)) {
            thread.every(1, () -> fail(what));
            assertThat(told.get(60, TimeUnit.SECONDS))
                    .hasMessageContaining("polled ended: " + what.getName())
                    .hasCauseInstanceOf(what);
            assertThat(thread.isClosed()).isTrue();
        }
    }

    private static void fail(Class<? extends Throwable> what) {
        if (what == LinkageError.class) {
            throw new LinkageError();
        }
        throw new IllegalStateException();
    }
}
