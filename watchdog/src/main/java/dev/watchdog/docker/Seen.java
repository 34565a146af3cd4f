package dev.watchdog.docker;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Which events have been told, so that none is told twice when a stream is resumed. Remembers twice as many as the
 * engine keeps for resuming (256). Not safe for several threads.
 */
final class Seen {
    private static final int MOST = 512;
    private static final long NANOS = 1_000_000_000L;

    private final Set<Key> keys = new LinkedHashSet<>();
    private long last;

    private record Key(long timeNano, String id, String action) {}

    /** True the first time. */
    boolean first(EngineEvent event) {
        if (!keys.add(new Key(event.timeNano(), event.id(), event.action()))) {
            return false;
        }
        if (keys.size() > MOST) {
            keys.remove(keys.iterator().next());
        }
        last = Math.max(last, event.timeNano());
        return true;
    }

    /** What to ask the engine to resume from, {@code seconds.nanoseconds}; empty before the first event. */
    String since() {
        return last == 0 ? "" : String.format("%d.%09d", last / NANOS, last % NANOS);
    }
}
