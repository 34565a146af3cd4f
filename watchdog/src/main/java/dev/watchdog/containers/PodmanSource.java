package dev.watchdog.containers;

import dev.watchdog.linux.MountNamespaces;
import dev.watchdog.linux.Processes;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Containers of Podman and CRI-O, which have no engine to ask: each has a {@code conmon} that looks after it and names it
 * on its command line (conmon(8)). They are told and left alone: their storage never removes the directory that a root
 * is mounted on (containers/storage drivers/overlay, Put), so what is executed in them finds it.
 *
 * <p>Root's own are told when that is proven. What other users' processes say is claimed under their own names: it never
 * changes anything about a container that somebody else tells of.
 */
final class PodmanSource implements ContainerSource {
    /** Nothing is healed by it, so it may be slow. */
    static final Duration EVERY = Duration.ofMinutes(2);

    static final String WHY = "Podman keeps the path: not healed";
    static final String CLAIMED = "a user's Podman says so: told, not touched";
    private static final Duration LOOK = Duration.ofSeconds(5);
    /** Of root's containers. */
    private static final int MOST = 10_000;
    /** Of the containers that the processes of one user claim: a user without rights decides how many there are. */
    static final int MOST_OF_A_USER = 100;
    /** Of all that are claimed: a user may have 65,536 subordinate ones. */
    static final int MOST_CLAIMED = 1_000;

    private final MountNamespaces threads;
    private final Duration every;
    private volatile @Nullable Listener listener;
    private volatile boolean found;

    PodmanSource(MountNamespaces threads, Duration every) {
        this.threads = threads;
        this.every = every;
    }

    @Override
    public String name() {
        return "podman";
    }

    @Override
    public Optional<String> nobody() {
        return found ? Optional.empty() : Optional.of("no conmon of Podman or CRI-O runs here");
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
        CompletableFuture<Void> ignored = threads.here(LOOK, this::look).handle((found, failure) -> {
            if (failure == null) {
                told.all(name(), found.proven());
                told.claimed(name(), found.claimed());
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
        return threads.here(LOOK, this::look).thenApply(Found::proven);
    }

    /** What there is. */
    private record Found(List<RunningContainer> proven, List<RunningContainer> claimed) {}

    private Found look() throws IOException {
        long home = Processes.pidNamespace((int) ProcessHandle.current().pid());
        Found found = new Found(new ArrayList<>(), new ArrayList<>());
        Map<Integer, Integer> claims = new HashMap<>();
        for (int pid : Processes.all()) {
            Conmon conmon = Conmon.of(pid, home);
            if (conmon == null) {
                continue;
            }
            if (conmon.isProven()) {
                if (found.proven().size() < MOST) {
                    found.proven().add(conmon.container(name()));
                }
            } else if (claims.merge(conmon.user(), 1, Integer::sum) <= MOST_OF_A_USER
                    && found.claimed().size() < MOST_CLAIMED) {
                found.claimed().add(conmon.claim(name()));
            }
        }
        this.found = !found.proven().isEmpty() || !found.claimed().isEmpty();
        return found;
    }

    @Override
    public void close() {
        listener = null;
    }
}
