package dev.watchdog.linux;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of mounts that came and went: of every one the process's number, in a ring that the oldest fall
 * out of; of those somebody asked to know about all there was to tell, until they are forgotten. Nothing is allocated
 * for the others. Safe from any thread.
 */
final class MountDeeds {
    private final long[] mounts;
    private final long[] namespaces;
    private final int[] pids;
    private final boolean[] detached;
    private final Moment[] moments;
    private final Set<Long> expected = ConcurrentHashMap.newKeySet();
    private final Map<Long, MountDeed> told = new HashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private int next;

    /** Remembers so many of those nobody asked about. */
    MountDeeds(int size, Moment begin) {
        mounts = new long[size];
        namespaces = new long[size];
        pids = new int[size];
        detached = new boolean[size];
        moments = new Moment[size];
        Arrays.fill(moments, begin);
    }

    void expect(long mount) {
        expected.add(mount);
    }

    boolean isExpected(long mount) {
        return expected.contains(mount);
    }

    void forget(long mount) {
        lock.lock();
        try {
            expected.remove(mount);
            told.remove(mount);
        } finally {
            lock.unlock();
        }
    }

    /** Of one that is expected; wakes who waits for it. */
    void tell(MountDeed deed) {
        lock.lock();
        try {
            if (expected.contains(deed.mountId())) {
                told.put(deed.mountId(), deed);
                more.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    void pass(long namespace, long mount, boolean gone, int pid, Moment at) {
        lock.lock();
        try {
            mounts[next] = mount;
            namespaces[next] = namespace;
            pids[next] = pid;
            detached[next] = gone;
            moments[next] = at;
            next = (next + 1) % mounts.length;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The newest that is known of it, of one that just passed by without what its process told of itself; null when
     * nothing has come after waiting that long.
     */
    @Nullable MountDeed await(long mount, boolean gone, Duration wait) {
        lock.lock();
        try {
            long left = wait.toNanos();
            MountDeed deed = find(mount, gone);
            while (deed == null && left > 0) {
                left = more.awaitNanos(left);
                deed = find(mount, gone);
            }
            return deed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable MountDeed find(long mount, boolean gone) {
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
