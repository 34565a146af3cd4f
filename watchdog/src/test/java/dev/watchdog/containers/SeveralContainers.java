package dev.watchdog.containers;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** An inventory that is told at once and stays. */
record SeveralContainers(List<RunningContainer> containers) implements ContainerSource {
    SeveralContainers {
        containers = List.copyOf(containers);
    }

    @Override
    public String name() {
        return "test";
    }

    @Override
    public void follow(Listener listener) {
        listener.all(name(), containers);
    }

    @Override
    public CompletableFuture<List<RunningContainer>> list() {
        return CompletableFuture.completedFuture(containers);
    }

    @Override
    public void close() {
        // holds nothing
    }
}
