package dev.watchdog.containers;

import dev.watchdog.linux.PretendContainer;
import dev.watchdog.linux.ProcessId;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** An inventory of one container that needs no engine: what the demo breaks and heals. */
record PretendSource(PretendContainer pretend) implements ContainerSource {
    private static final String SIXTEENTH = "0d0e0a0d";

    @Override
    public String name() {
        return "pretend";
    }

    RunningContainer container() {
        return new RunningContainer(
                SIXTEENTH.repeat(8),
                "demo",
                name(),
                pretend.init(),
                pretend.rootfs(),
                new Layer.Overlay(pretend.upperDir()),
                pretend.runner(),
                ProcessId.of(pretend.second()),
                null,
                false);
    }

    @Override
    public void follow(Listener listener) {
        listener.all(name(), List.of(container()));
    }

    @Override
    public CompletableFuture<List<RunningContainer>> list() {
        return CompletableFuture.completedFuture(List.of(container()));
    }

    @Override
    public void close() {
        // whoever made the container ends it
    }
}
