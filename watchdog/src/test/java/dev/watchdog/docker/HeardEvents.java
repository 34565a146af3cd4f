package dev.watchdog.docker;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what a watch tells, in order and as text: {@code connected false}, {@code start c1}, {@code lost CUT}. */
final class HeardEvents implements EngineListener {
    private final List<String> told = new CopyOnWriteArrayList<>();

    @Override
    public void connected(boolean resumed) {
        told.add("connected " + resumed);
    }

    @Override
    public void event(EngineEvent event) {
        told.add(event.action() + " " + event.name());
    }

    @Override
    public void lost(EngineException why) {
        told.add("lost " + why.reason());
    }

    List<String> told() {
        return List.copyOf(told);
    }
}
