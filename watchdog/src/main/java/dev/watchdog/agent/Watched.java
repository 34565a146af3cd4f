package dev.watchdog.agent;

import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import java.util.function.Consumer;

/**
 * One instance of a unit's verticle, with an ear on its context: Vert.x only logs what a handler throws, and lets the
 * verticle live on in whatever state that left.
 *
 * @param beat called every second on the verticle's own context, as long as that is not stuck
 * @param failed told of each exception that nothing in the verticle caught, on the verticle's own context
 */
record Watched(Deployable verticle, Runnable beat, Consumer<Throwable> failed) implements Deployable {
    private static final long BEAT_MILLIS = 4_000;

    @Override
    public Future<?> deploy(Context context) throws Exception {
        context.exceptionHandler(failed::accept);
        beat.run();
        context.owner().setPeriodic(BEAT_MILLIS, timer -> beat.run());
        return verticle.deploy(context);
    }

    @Override
    public Future<?> undeploy(Context context) throws Exception {
        return verticle.undeploy(context);
    }
}
