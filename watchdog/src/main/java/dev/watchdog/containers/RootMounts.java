package dev.watchdog.containers;

import dev.watchdog.linux.ErrnoException;
import dev.watchdog.linux.MountEvents;
import dev.watchdog.linux.UniqueMountId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which mount each root was, as long as it was seen where it belongs: the kernel names a mount that is gone by nothing
 * else, and one number is enough to see that nothing has changed. No more than one for each viewer of each container
 * under watch; none where the kernel has no mount events. Safe from any thread; what looks, on a resident thread.
 */
final class RootMounts {
    private final MountEvents events;
    /** By container and namespace. */
    private final Map<String, Map<Long, Long>> known = new ConcurrentHashMap<>();

    private final Map<Long, String> owners = new ConcurrentHashMap<>();

    RootMounts(MountEvents events) {
        this.events = events;
    }

    /** Everybody who must see it sees the very mount that it was proved to be. No more than a glance for each. */
    boolean isThere(Watched watched) {
        Map<Long, Long> mounts = known.get(watched.container().id());
        if (mounts == null) {
            return false;
        }
        try {
            for (Watched.Viewer viewer : watched.viewers()) {
                Long mount = mounts.get(viewer.view().namespace());
                if (mount == null || mount != at(viewer, watched.rootfs())) {
                    return false;
                }
            }
            return true;
        } catch (ErrnoException | IllegalStateException e) {
            // what is wrong with it is for the whole look to say
            return false;
        }
    }

    /** Whether it is known for everybody who must see it. */
    boolean knows(Watched watched) {
        Map<Long, Long> mounts = known.getOrDefault(watched.container().id(), Map.of());
        return watched.viewers().stream()
                .allMatch(viewer -> mounts.containsKey(viewer.view().namespace()));
    }

    /**
     * Looks which mount it is for each viewer that sees the container's own root.
     *
     * @return whether something was learnt: only what is lost after this is told by the kernel's events, so it has to be
     *     looked at once more
     */
    boolean remember(Watched watched) {
        if (events.unavailable() != null) {
            return false;
        }
        String id = watched.container().id();
        Map<Long, Long> old = known.getOrDefault(id, Map.of());
        Map<Long, Long> now = new HashMap<>();
        for (Watched.Viewer viewer : watched.viewers()) {
            long namespace = viewer.view().namespace();
            long mount = proved(watched, viewer);
            // of one that is lost already the last one counts
            Long kept = mount == UniqueMountId.UNKNOWN ? old.get(namespace) : Long.valueOf(mount);
            if (kept != null) {
                now.put(namespace, kept);
            }
        }
        if (now.equals(old)) {
            return false;
        }
        now.values().forEach(mount -> {
            owners.put(mount, id);
            events.expect(mount);
        });
        known.put(id, Map.copyOf(now));
        drop(old, now);
        if (watched.init().isClosed()) {
            // it was dropped meanwhile
            forget(id);
        }
        return true;
    }

    /** The mount that was there before and after its root was proved to be the container's own. */
    private static long proved(Watched watched, Watched.Viewer viewer) {
        try {
            long before = at(viewer, watched.rootfs());
            return RootProbe.look(viewer, watched).state() == Sighting.State.PRESENT
                            && at(viewer, watched.rootfs()) == before
                    ? before
                    : UniqueMountId.UNKNOWN;
        } catch (ErrnoException | IllegalStateException e) {
            return UniqueMountId.UNKNOWN;
        }
    }

    private static long at(Watched.Viewer viewer, String rootfs) throws ErrnoException {
        return viewer.straight()
                ? viewer.view().files().mountAt(rootfs)
                : UniqueMountId.of(viewer.view().files(), rootfs);
    }

    /** Which mount it was in a namespace; {@link UniqueMountId#UNKNOWN} when it was never seen there. */
    long of(String container, long namespace) {
        return known.getOrDefault(container, Map.of()).getOrDefault(namespace, UniqueMountId.UNKNOWN);
    }

    /** The container whose root a mount is, or was. */
    @Nullable String owner(long mount) {
        return owners.get(mount);
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
        gone.forEach(mount -> {
            owners.remove(mount);
            events.forget(mount);
        });
    }
}
