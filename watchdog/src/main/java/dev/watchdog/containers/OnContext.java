package dev.watchdog.containers;

import io.vertx.core.Context;
import java.util.List;

/** Hands what a source tells over to the context that listens. */
record OnContext(Context context, ContainerSource.Listener listener) implements ContainerSource.Listener {
    @Override
    public void all(String source, List<RunningContainer> containers) {
        context.runOnContext(nothing -> listener.all(source, containers));
    }

    @Override
    public void one(RunningContainer container) {
        context.runOnContext(nothing -> listener.one(container));
    }

    @Override
    public void gone(String id) {
        context.runOnContext(nothing -> listener.gone(id));
    }

    @Override
    public void forsaken(RunningContainer container) {
        context.runOnContext(nothing -> listener.forsaken(container));
    }

    @Override
    public void removed(String id) {
        context.runOnContext(nothing -> listener.removed(id));
    }

    @Override
    public void blind(String source, String why, boolean absent) {
        context.runOnContext(nothing -> listener.blind(source, why, absent));
    }

    @Override
    public void claimed(String source, List<RunningContainer> containers) {
        context.runOnContext(nothing -> listener.claimed(source, containers));
    }
}
