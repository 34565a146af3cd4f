package dev.watchdog.containers;

import dev.watchdog.linux.MountNamespaces;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Bundles that have appeared, each looked at less and less often until its container runs. Ten seconds altogether, for
 * an image on a slow disk; the next list finds what is later still.
 */
final class AwaitedBundles {
    private static final Duration FIRST_WAIT = Duration.ofMillis(10);
    private static final int LOOKS_AT_ONE = 10;
    /** Each waits with a few hundred bytes, and now and then in the queue of the threads, which holds as many. */
    static final int MOST_AWAITED = 1_000;

    private final ContainerdProcess containerd;
    private final BundledContainers containers;
    private final MountNamespaces threads;
    private final Duration deadline;
    private final Consumer<RunningContainer> running;
    private final AtomicInteger awaited = new AtomicInteger();
    private volatile boolean ended;

    /**
     * Nothing is awaited yet.
     *
     * @param deadline of one look
     * @param running told of each, on a resident thread
     */
    AwaitedBundles(
            ContainerdProcess containerd,
            BundledContainers containers,
            MountNamespaces threads,
            Duration deadline,
            Consumer<RunningContainer> running) {
        this.containerd = containerd;
        this.containers = containers;
        this.threads = threads;
        this.deadline = deadline;
        this.running = running;
    }

    /** False when so many are awaited already that this one is left to the next list. */
    boolean add(String namespace, String id) {
        if (awaited.incrementAndGet() > MOST_AWAITED) {
            awaited.decrementAndGet();
            return false;
        }
        lookLater(namespace, id, 0);
        return true;
    }

    private void lookLater(String namespace, String id, int looks) {
        if (looks < LOOKS_AT_ONE) {
            CompletableFuture.delayedExecutor(FIRST_WAIT.toMillis() << looks, TimeUnit.MILLISECONDS)
                    .execute(() -> look(namespace, id, looks + 1));
        } else {
            awaited.decrementAndGet();
        }
    }

    private void look(String namespace, String id, int looks) {
        if (ended) {
            awaited.decrementAndGet();
            return;
        }
        CompletableFuture<Void> ignored = threads.here(
                        deadline,
                        () -> containerd.read(files -> Optional.ofNullable(containers.read(files, namespace, id))))
                .handle((container, failure) -> {
                    if (failure == null && container.isPresent()) {
                        awaited.decrementAndGet();
                        running.accept(container.get());
                    } else {
                        lookLater(namespace, id, looks);
                    }
                    return null;
                });
    }

    void end() {
        ended = true;
    }
}
