package dev.watchdog.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.EventsCmd;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.EventType;
import dev.watchdog.docker.EngineException.Reason;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one event stream open over any number of losses. Each stream has a client of its own, closed with it: that is
 * what frees the stream's thread even when the engine never answered. All state changes hold this object's lock; nothing
 * under it blocks.
 */
final class EngineEvents implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EngineEvents.class);

    private final Supplier<EngineClient> maker;
    private final Function<EngineClient, CompletableFuture<DockerClient>> prepare;
    private final Supplier<CompletableFuture<Boolean>> ping;
    private final ScheduledExecutorService timer;
    private final DockerEngine.Timing timing;
    private final Failures failures;
    private final EngineListener listener;
    private final Answers answers;
    private final Backoff backoff;
    private final Seen seen = new Seen();
    private @Nullable Attempt current;
    private boolean everConnected;
    private boolean toldLost;
    private boolean closed;

    EngineEvents(
            Supplier<EngineClient> maker,
            Function<EngineClient, CompletableFuture<DockerClient>> prepare,
            Supplier<CompletableFuture<Boolean>> ping,
            ScheduledExecutorService timer,
            DockerEngine.Timing timing,
            Failures failures,
            EngineListener listener) {
        this.maker = maker;
        this.prepare = prepare;
        this.ping = ping;
        this.timer = timer;
        this.timing = timing;
        this.failures = failures;
        this.listener = listener;
        this.answers = new Answers(failures);
        this.backoff = new Backoff(timing);
    }

    void start() {
        later(0, this::connect);
    }

    /** The stream has a lock of its own which is taken first, so it is never touched under this one. */
    @Override
    public void close() {
        Attempt attempt;
        synchronized (this) {
            closed = true;
            attempt = current;
            current = null;
        }
        if (attempt != null) {
            attempt.stream.close();
            attempt.release();
        }
    }

    /** One connection from its making to its end. */
    private final class Attempt {
        private final EngineClient client = maker.get();
        private final EventStream stream =
                new EventStream(() -> opened(this), this::deliver, why -> ended(this, why), failures);
        private @Nullable Future<?> watch;

        void deliver(Event event) {
            answers.event(event).ifPresent(known -> told(this, known));
        }

        void release() {
            Future<?> watching = watch;
            if (watching != null) {
                watching.cancel(false);
            }
            client.close();
        }
    }

    private void connect() {
        Attempt attempt;
        synchronized (this) {
            if (closed) {
                return;
            }
            attempt = new Attempt();
            current = attempt;
        }
        var unused = prepare.apply(attempt.client).whenComplete((docker, failure) -> {
            if (failure != null) {
                attempt.stream.end(failures.of(failure));
            } else {
                open(attempt, docker);
            }
        });
    }

    /** On a thread of the pool. Asks for the stream, which gets a thread of its own, and goes on. */
    private synchronized void open(Attempt attempt, DockerClient docker) {
        if (attempt != current) {
            return;
        }
        later(timing.deadline().toMillis(), () -> {
            if (!attempt.stream.started()) {
                attempt.stream.end(failures.timeout("events", timing.deadline().toMillis()));
            }
        });
        EventsCmd command =
                docker.eventsCmd().withEventTypeFilter(EventType.CONTAINER).withEventFilter(EngineEvent.TOLD);
        String since = seen.since();
        if (!since.isEmpty()) {
            command.withSince(since);
        }
        command.exec(attempt.stream);
    }

    private synchronized void opened(Attempt attempt) {
        if (attempt == current) {
            long every = timing.ping().toMillis();
            attempt.watch = timer.scheduleWithFixedDelay(() -> look(attempt), every, every, TimeUnit.MILLISECONDS);
            boolean resumed = everConnected;
            everConnected = true;
            toldLost = false;
            tell(() -> listener.connected(resumed));
        }
    }

    private synchronized void told(Attempt attempt, EngineEvent event) {
        if (attempt == current && seen.first(event)) {
            tell(() -> listener.event(event));
        }
    }

    /** On the timer: a stream may stay silent for days, or for ever because the other side is dead. */
    private void look(Attempt attempt) {
        var unused = ping.get().whenComplete((nothing, failure) -> {
            EngineException why = failure == null ? null : failures.of(failure);
            if (why == null) {
                lives(attempt);
            } else if (why.reason() != Reason.BUSY) {
                attempt.stream.end(why);
            }
        });
    }

    private synchronized void lives(Attempt attempt) {
        if (attempt == current) {
            backoff.reset();
        }
    }

    /** Also on the stream's own thread, which must not close its client: the timer does. */
    private synchronized void ended(Attempt attempt, EngineException why) {
        if (attempt != current) {
            return;
        }
        current = null;
        later(0, attempt::release);
        later(backoff.afterMillis(why.reason()), this::connect);
        if (!toldLost) {
            toldLost = true;
            tell(() -> listener.lost(why));
        }
    }

    private void later(long millis, Runnable task) {
        try {
            var unused = timer.schedule(task, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("the engine has been closed", e);
        }
    }

    private static void tell(Runnable listener) {
        try {
            listener.run();
        } catch (RuntimeException e) {
            LOG.error("a listener of Docker events failed; it must not throw", e);
        }
    }
}
