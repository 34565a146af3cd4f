package dev.watchdog.web;

import dev.watchdog.linux.HostClock;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Builds large answers one after another, the peers taking turns: so that what building takes is needed once, and one
 * who asks for a hundred lists makes others wait for one of them. After each it rests as long as that took, so that no
 * number of clients makes it use more than half of a processor. As many can wait as there are connections. Confined to
 * one event loop.
 */
final class BuildQueue {
    private final Context context;
    private final HostClock clock;
    private final Map<Peer, Deque<Task<?>>> waiting = new LinkedHashMap<>();
    private boolean busy;

    BuildQueue(Context context, HostClock clock) {
        this.context = context;
        this.clock = clock;
    }

    /**
     * Runs a build when its turn comes.
     *
     * @param gone asked before it begins: whether nobody waits for it any more
     * @return fails with a {@link Problem.Refusal} when its turn or its end does not come in time
     */
    <T> Future<T> submit(Peer peer, BooleanSupplier gone, Supplier<Future<T>> build) {
        Task<T> task = new Task<>(build, gone, Promise.promise());
        waiting.computeIfAbsent(peer, first -> new ArrayDeque<>()).add(task);
        long timer = after(HttpLimits.BUILD_TIME, task::late);
        Future<T> answer =
                task.promise.future().onComplete(done -> context.owner().cancelTimer(timer));
        if (!busy) {
            next();
        }
        return answer;
    }

    private void next() {
        Task<?> task = remove();
        busy = task != null;
        if (task == null) {
            return;
        }
        AtomicBoolean over = new AtomicBoolean();
        Duration begin = clock.now().sinceBoot();
        Runnable then = () -> {
            if (over.compareAndSet(false, true)) {
                Duration took = clock.now().sinceBoot().minus(begin);
                context.owner().setTimer(Math.max(1, took.toMillis()), rest -> next());
            }
        };
        long timer = after(HttpLimits.BUILD_TIME, () -> {
            task.late();
            then.run();
        });
        task.run().onComplete(done -> {
            context.owner().cancelTimer(timer);
            then.run();
        });
    }

    /** The next of the peer whose turn it is, which then goes to the end. */
    private @Nullable Task<?> remove() {
        while (!waiting.isEmpty()) {
            Peer peer = waiting.keySet().iterator().next();
            Deque<Task<?>> tasks = waiting.remove(peer);
            Task<?> task = tasks == null ? null : tasks.poll();
            if (tasks != null && !tasks.isEmpty()) {
                waiting.put(peer, tasks);
            }
            if (task != null && !task.isOver()) {
                return task;
            }
        }
        return null;
    }

    private long after(Duration time, Runnable then) {
        return context.owner().setTimer(time.toMillis(), timer -> then.run());
    }

    private record Task<T>(Supplier<Future<T>> build, BooleanSupplier gone, Promise<T> promise) {
        boolean isOver() {
            if (gone.getAsBoolean()) {
                promise.tryFail(new Problem.Refusal(503, "the client has gone"));
            }
            return promise.future().isComplete();
        }

        void late() {
            promise.tryFail(new Problem.Refusal(503, "too much is asked for at once: try again"));
        }

        Future<T> run() {
            Future<T> built;
            try {
                built = build.get();
            } catch (RuntimeException e) {
                built = Future.failedFuture(e);
            }
            return built.onComplete(done -> {
                if (done.succeeded()) {
                    promise.tryComplete(done.result());
                } else {
                    promise.tryFail(done.cause());
                }
            });
        }
    }
}
