package dev.watchdog.linux;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of mounts that came and went: of every one the process's number, in a ring that the oldest fall
 * out of; of those somebody asked to know about all there was to tell, until they are forgotten. Nothing is allocated
 * for the others. Not safe from several threads, but for {@link #isExpected}.
 */
final class MountDeeds {
    private final long[] mounts;
    private final long[] namespaces;
    private final int[] pids;
    private final boolean[] detached;
    private final Moment[] moments;
    private final Set<Long> expected = ConcurrentHashMap.newKeySet();
    private final Map<Long, MountDeed> told = new HashMap<>();
    private int next;

    /** Remembers so many of those nobody asked about. */
    MountDeeds(int size, Moment begin) {
        mounts = new long[size];
        namespaces = new long[size];
        pids = new int[size];
        detached = new boolean[size];
        moments = new Moment[size];
        java.util.Arrays.fill(moments, begin);
    }

    void expect(long mount) {
        expected.add(mount);
    }

    boolean isExpected(long mount) {
        return expected.contains(mount);
    }

    void forget(long mount) {
        expected.remove(mount);
        told.remove(mount);
    }

    /** Of one that is expected. */
    void tell(MountDeed deed) {
        if (expected.contains(deed.mountId())) {
            told.put(deed.mountId(), deed);
        }
    }

    void pass(long namespace, long mount, boolean gone, int pid, Moment at) {
        mounts[next] = mount;
        namespaces[next] = namespace;
        pids[next] = pid;
        detached[next] = gone;
        moments[next] = at;
        next = (next + 1) % mounts.length;
    }

    /** The newest that is known of it; of one that just passed by without what its process told of itself. */
    @Nullable MountDeed find(long mount, boolean gone) {
        MountDeed deed = gone ? told.get(mount) : null;
        for (int i = 1; deed == null && i <= mounts.length; i++) {
            int at = Math.floorMod(next - i, mounts.length);
            if (mounts[at] == mount && detached[at] == gone) {
                deed = new MountDeed(namespaces[at], mount, gone, moments[at], pids[at], ProcessClaims.NONE);
            }
        }
        return deed;
    }
}
