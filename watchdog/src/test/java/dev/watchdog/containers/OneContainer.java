package dev.watchdog.containers;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** An inventory of one, which is told at once and stays. */
record OneContainer(RunningContainer container) implements ContainerSource {
    @Override
    public String name() {
        return "test";
    }

    @Override
    public void follow(Listener listener) {
        listener.all(name(), List.of(container));
    }

    @Override
    public CompletableFuture<List<RunningContainer>> list() {
        return CompletableFuture.completedFuture(List.of(container));
    }

    @Override
    public void close() {
        // holds nothing
    }
}
