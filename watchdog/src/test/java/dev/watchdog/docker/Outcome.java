package dev.watchdog.docker;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Waits for what an engine answers. */
final class Outcome {
    private Outcome() {}

    static <T> T of(CompletableFuture<T> future) throws Exception {
        return future.get(120, TimeUnit.SECONDS);
    }

    static EngineException failure(CompletableFuture<?> future) throws Exception {
        try {
            throw new AssertionError("answered: " + of(future));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof EngineException why) {
                return why;
            }
            throw e;
        }
    }
}
