package dev.watchdog.containers;

import dev.watchdog.linux.ErrnoException;
import dev.watchdog.linux.MountEvents;
import dev.watchdog.linux.UniqueMountId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which mount each root was, as long as it was seen where it belongs: the kernel names a mount that is gone by nothing
 * else. No more than one for each viewer of each container under watch. Safe from any thread.
 */
final class RootMounts {
    private final MountEvents events;
    private final Map<String, Map<Long, Long>> known = new ConcurrentHashMap<>();

    RootMounts(MountEvents events) {
        this.events = events;
    }

    /** Looks which mount it is for each viewer that sees the container's own root. On a resident thread. */
    void remember(Watched watched) {
        if (events.unavailable() != null) {
            return;
        }
        String id = watched.container().id();
        Map<Long, Long> old = known.getOrDefault(id, Map.of());
        Map<Long, Long> now = new HashMap<>();
        for (Watched.Viewer viewer : watched.viewers()) {
            long namespace = viewer.view().namespace();
            long mount = mount(watched, viewer);
            // of one that is lost already the last one counts
            Long kept = mount == UniqueMountId.UNKNOWN ? old.get(namespace) : Long.valueOf(mount);
            if (kept != null) {
                now.put(namespace, kept);
            }
        }
        if (!now.equals(old)) {
            now.values().forEach(events::expect);
            known.put(id, Map.copyOf(now));
            drop(old, now);
            if (watched.init().isClosed()) {
                // it was dropped meanwhile
                forget(id);
            }
        }
    }

    private static long mount(Watched watched, Watched.Viewer viewer) {
        try {
            return RootProbe.look(viewer, watched).state() == Sighting.State.PRESENT
                    ? UniqueMountId.of(viewer.view().files(), watched.rootfs())
                    : UniqueMountId.UNKNOWN;
        } catch (ErrnoException | IllegalStateException e) {
            return UniqueMountId.UNKNOWN;
        }
    }

    /** Which mount it was in a namespace; {@link UniqueMountId#UNKNOWN} when it was never seen there. */
    long of(String container, long namespace) {
        return known.getOrDefault(container, Map.of()).getOrDefault(namespace, UniqueMountId.UNKNOWN);
    }

    void forget(String container) {
        Map<Long, Long> old = known.remove(container);
        if (old != null) {
            drop(old, Map.of());
        }
    }

    private void drop(Map<Long, Long> old, Map<Long, Long> now) {
        Set<Long> gone = new HashSet<>(old.values());
        gone.removeAll(now.values());
        gone.forEach(events::forget);
    }
}
