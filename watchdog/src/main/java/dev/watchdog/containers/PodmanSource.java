package dev.watchdog.containers;

import dev.watchdog.docker.ContainerRef;
import dev.watchdog.linux.MountNamespaces;
import dev.watchdog.linux.Processes;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Containers of Podman and CRI-O, which have no engine to ask: each has a {@code conmon} that looks after it and names it
 * on its command line (conmon(8)). They are told and left alone: their storage never removes the directory that a root
 * is mounted on (containers/storage drivers/overlay, Put), so what is executed in them finds it.
 */
final class PodmanSource implements ContainerSource {
    /** Nothing is healed by it, so it may be slow. */
    static final Duration EVERY = Duration.ofMinutes(2);

    static final String WHY = "Podman keeps the path: not healed";
    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final String MONITOR = "conmon";
    private static final int MOST = 10_000;

    private final MountNamespaces threads;
    private final Duration every;
    private volatile @Nullable Listener listener;

    PodmanSource(MountNamespaces threads, Duration every) {
        this.threads = threads;
        this.every = every;
    }

    @Override
    public String name() {
        return "podman";
    }

    @Override
    public void follow(Listener told) {
        listener = told;
        tick();
    }

    private void tick() {
        Listener told = listener;
        if (told == null) {
            return;
        }
        CompletableFuture<Void> ignored = list().handle((containers, failure) -> {
            if (failure == null) {
                told.all(name(), containers);
            } else {
                told.blind(name(), "processes cannot be listed: " + failure.getMessage(), false);
            }
            CompletableFuture.delayedExecutor(every.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(this::tick);
            return null;
        });
    }

    @Override
    public CompletableFuture<List<RunningContainer>> list() {
        return threads.here(LOOK, () -> {
            List<RunningContainer> found = new ArrayList<>();
            for (int pid : Processes.all()) {
                RunningContainer container = found.size() < MOST ? container(pid) : null;
                if (container != null) {
                    found.add(container);
                }
            }
            return found;
        });
    }

    /** Null when it is no such process, or looks after nothing that runs. */
    private @Nullable RunningContainer container(int pid) {
        try {
            if (!Processes.name(pid).equals(MONITOR)) {
                return null;
            }
            List<String> words = Processes.commandLine(pid);
            String id = after("-c", words);
            String name = after("-n", words);
            List<Integer> children = Processes.children(pid);
            return id == null || !ContainerRef.isId(id) || children.isEmpty()
                    ? null
                    : new RunningContainer(
                            id,
                            name == null ? "" : name,
                            name(),
                            children.get(0),
                            "",
                            new Layer.LeftAlone(WHY),
                            pid,
                            0,
                            null);
        } catch (IOException | IndexOutOfBoundsException e) {
            // it ended while it was looked at
            return null;
        }
    }

    /** The first one counts: what follows later is handed on to others. */
    private static @Nullable String after(String option, List<String> words) {
        int at = words.indexOf(option);
        return at < 0 || at + 1 >= words.size() ? null : words.get(at + 1);
    }

    @Override
    public void close() {
        listener = null;
    }
}
