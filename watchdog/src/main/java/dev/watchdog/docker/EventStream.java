package dev.watchdog.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Event;
import java.io.Closeable;
import java.util.function.Consumer;

/**
 * One connection's stream of events. However it ends, by itself once or twice over or by {@link #end}, that is told once
 * and is the last that is told. docker-java calls it on the stream's own thread.
 */
final class EventStream implements ResultCallback<Event> {
    private final Runnable opened;
    private final Consumer<Event> event;
    private final Consumer<EngineException> ended;
    private final Failures failures;
    private boolean started;
    private boolean over;

    EventStream(Runnable opened, Consumer<Event> event, Consumer<EngineException> ended, Failures failures) {
        this.opened = opened;
        this.event = event;
        this.ended = ended;
        this.failures = failures;
    }

    @Override
    public synchronized void onStart(Closeable connection) {
        if (!over && !started) {
            started = true;
            opened.run();
        }
    }

    @Override
    public synchronized void onNext(Event next) {
        if (!over) {
            event.accept(next);
        }
    }

    @Override
    public void onError(Throwable failure) {
        end(failures.of(failure));
    }

    @Override
    public void onComplete() {
        end(failures.ended());
    }

    /** True once the engine has answered. */
    synchronized boolean started() {
        return started;
    }

    synchronized void end(EngineException why) {
        if (!over) {
            over = true;
            ended.accept(why);
        }
    }

    /** Ends it without a word. */
    @Override
    public synchronized void close() {
        over = true;
    }
}
