package dev.watchdog.linux;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows who attached or detached a mount (Linux 6.15 and newer): one thread ({@code mount-events}) reads the kernel's
 * events at once, because who calls umount has often exited half a millisecond later. What a process tells of itself is
 * read only for mounts that were announced with {@link #expect}; of others the number is kept, the newest
 * {@value #REMEMBERED} of them.
 *
 * <p>A watch does not keep its namespace alive. Watch those of engines and runners, never a container's. Safe from any
 * thread.
 */
public final class MountEvents implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MountEvents.class);
    private static final int REMEMBERED = 4_096;
    /** struct pollfd. */
    private static final int POLLFD = 8;
    /** So many reads of one namespace before the others have their turn. */
    private static final int READS = 64;

    private record Watched(long namespace, Descriptor group) {}

    private final HostClock clock;
    private final @Nullable String unavailable;
    private final Map<Long, Watched> watched = new ConcurrentHashMap<>();
    /** Closed by the thread only, so that it never polls a number that has been given away. */
    private final Queue<Descriptor> retired = new ConcurrentLinkedQueue<>();

    private final Map<Long, Moment> overflowed = new ConcurrentHashMap<>();
    private final AtomicLong overflows = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private final MountDeeds deeds;
    private final byte[] buffer = new byte[Fanotify.ROOM];
    private ByteBuffer polls = ByteBuffer.allocateDirect(0);
    private @Nullable Descriptor bell;
    private @Nullable Thread thread;
    private volatile boolean closed;

    /** Finds out whether this kernel can; no thread is started before the first watch. */
    public MountEvents(HostClock clock) {
        this.clock = clock;
        this.deeds = new MountDeeds(REMEMBERED, clock.now());
        this.unavailable = obstacle();
    }

    private static @Nullable String obstacle() {
        try {
            Fanotify.group().close();
            return null;
        } catch (ErrnoException e) {
            return "this kernel has no mount events for the agent (Linux 6.15 or newer and CAP_SYS_ADMIN are needed): "
                    + e.getMessage();
        }
    }

    /** Why nothing can ever be told on this host; null when it can. */
    public @Nullable String unavailable() {
        return unavailable;
    }

    /**
     * Listens to the namespace that a process lives in, as long as it is not {@link #unwatch}ed or gone itself. Does
     * nothing where it is listened to already, or events are {@link #unavailable}.
     */
    public synchronized void watch(int pid, long namespace) throws IOException {
        if (unavailable != null || closed || watched.containsKey(namespace)) {
            return;
        }
        Descriptor group = Fanotify.on(pid);
        boolean right = false;
        try {
            right = Processes.mountNamespace(pid) == namespace;
        } finally {
            if (!right) {
                group.close();
            }
        }
        if (!right) {
            throw new IOException("process " + pid + " is not in mount namespace " + namespace + " any more");
        }
        start();
        watched.put(namespace, new Watched(namespace, group));
        ring();
    }

    /** Stops listening there. What was heard stays known. */
    public synchronized void unwatch(long namespace) {
        Watched old = watched.remove(namespace);
        overflowed.remove(namespace);
        if (old != null) {
            retired.add(old.group());
            ring();
        }
    }

    /** Somebody will want to know who detaches this mount, {@link UniqueMountId}. */
    public void expect(long mountId) {
        if (unavailable == null) {
            deeds.expect(mountId);
        }
    }

    /** Nobody wants to know any more. */
    public void forget(long mountId) {
        lock.lock();
        try {
            deeds.forget(mountId);
        } finally {
            lock.unlock();
        }
    }

    /** How often the kernel dropped events because its queue was full. */
    public long overflows() {
        return overflows.get();
    }

    /** Who detached a mount; waits that long for the kernel to tell if it has not yet. */
    public Attribution whoDetached(long namespace, long mountId, Duration wait) {
        return who(namespace, mountId, true, wait);
    }

    /** Who attached a mount, as far as that is still remembered. */
    public Attribution whoAttached(long namespace, long mountId) {
        return who(namespace, mountId, false, Duration.ZERO);
    }

    private Attribution who(long namespace, long mountId, boolean detached, Duration wait) {
        if (unavailable != null) {
            return new Attribution.NotKnown(unavailable);
        }
        MountDeed deed = await(mountId, detached, wait);
        if (deed != null) {
            return new Attribution.Known(deed.by().equals(ProcessClaims.NONE) ? later(deed) : deed);
        }
        Moment dropped = overflowed.get(namespace);
        return new Attribution.NotKnown(
                dropped == null
                        ? "no event of it came: it happened while the agent did not listen there"
                        : "the kernel's queue of events overflowed, last at " + dropped.wall());
    }

    private @Nullable MountDeed await(long mountId, boolean detached, Duration wait) {
        lock.lock();
        try {
            long left = wait.toNanos();
            MountDeed deed = deeds.find(mountId, detached);
            while (deed == null && left > 0 && !closed) {
                left = more.awaitNanos(left);
                deed = deeds.find(mountId, detached);
            }
            return deed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** A process that has this number now and had started before then is the one that did it. */
    private static MountDeed later(MountDeed deed) {
        ProcessClaims now = deed.pid() > 0 ? ProcessClaims.of(deed.pid()) : ProcessClaims.NONE;
        long ticks = deed.at().sinceBoot().toMillis() / Processes.MILLIS_A_TICK;
        return now.startTime() < 0 || now.startTime() > ticks
                ? deed
                : new MountDeed(deed.namespace(), deed.mountId(), deed.detached(), deed.at(), deed.pid(), now);
    }

    private void start() throws IOException {
        if (thread == null) {
            bell = new Descriptor(
                    Libc.check(Libc.eventfd(0, Abi.O_CLOEXEC | Abi.O_NONBLOCK), "eventfd", ""), "eventfd");
            // what is needed when the first event comes is loaded before
            ProcessClaims ignored =
                    ProcessClaims.of((int) ProcessHandle.current().pid());
            Thread fresh = new Thread(this::live, "mount-events");
            fresh.setDaemon(true);
            thread = fresh;
            fresh.start();
        }
    }

    private void ring() {
        Descriptor rung = bell;
        if (rung == null) {
            return;
        }
        byte[] one = ByteBuffer.allocate(8)
                .order(ByteOrder.nativeOrder())
                .putLong(0, 1)
                .array();
        try {
            long ignored = Libc.write(rung.hold(), one, one.length);
            rung.release();
        } catch (IllegalStateException e) {
            LOG.debug("mount-events has ended");
        }
    }

    private void live() {
        try {
            while (!closed) {
                release();
                List<Watched> round = List.copyOf(watched.values());
                if (ready(round) && !closed) {
                    for (int i = 0; i < round.size(); i++) {
                        if (polls.getShort((1 + i) * POLLFD + 6) != 0) {
                            hear(round.get(i));
                        }
                    }
                }
            }
        } catch (IOException e) {
            LOG.error("mount-events has stopped, nobody is named any more: {}", e.getMessage());
            closed = true;
        } finally {
            watched.values().forEach(each -> each.group().close());
            watched.clear();
            release();
            Descriptor rung = bell;
            if (rung != null) {
                rung.close();
            }
        }
    }

    private void release() {
        Descriptor old = retired.poll();
        while (old != null) {
            old.close();
            old = retired.poll();
        }
    }

    private boolean ready(List<Watched> round) throws ErrnoException {
        int count = 1 + round.size();
        if (polls.capacity() < count * POLLFD) {
            polls = ByteBuffer.allocateDirect(2 * count * POLLFD).order(ByteOrder.nativeOrder());
        }
        Descriptor rung = java.util.Objects.requireNonNull(bell);
        poll(0, rung);
        for (int i = 0; i < round.size(); i++) {
            poll(1 + i, round.get(i).group());
        }
        int ready = Libc.poll(Pointer.nativeValue(Native.getDirectBufferPointer(polls)), count, -1);
        if (ready < 0 && Libc.errno() == Errno.EINTR) {
            return false;
        }
        Libc.check(ready, "poll", "mount events");
        if (polls.getShort(6) != 0) {
            long ignored = Libc.read(rung.hold(), new byte[8], 8);
            rung.release();
        }
        return true;
    }

    private void poll(int index, Descriptor descriptor) {
        polls.putInt(index * POLLFD, descriptor.hold());
        descriptor.release();
        polls.putShort(index * POLLFD + 4, (short) Abi.POLLIN).putShort(index * POLLFD + 6, (short) 0);
    }

    private void hear(Watched one) throws IOException {
        Listening listening = new Listening(one.namespace());
        for (int i = 0; i < READS && Fanotify.read(one.group(), buffer, listening); i++) {
            listening.at = null;
        }
    }

    /** One round of reading; remembers what it last read of a process, for one often does many things at once. */
    private final class Listening implements Fanotify.Heard {
        private final long namespace;
        private @Nullable Moment at;
        private int lastPid = -1;
        private ProcessClaims last = ProcessClaims.NONE;

        Listening(long namespace) {
            this.namespace = namespace;
        }

        @Override
        public void mount(boolean detached, long mountId, int pid) {
            Moment now = at == null ? clock.now() : at;
            at = now;
            MountDeed deed = detached && deeds.isExpected(mountId)
                    ? new MountDeed(namespace, mountId, true, now, pid, claims(pid))
                    : null;
            lock.lock();
            try {
                deeds.pass(namespace, mountId, detached, pid, now);
                if (deed != null) {
                    deeds.tell(deed);
                    more.signalAll();
                }
            } finally {
                lock.unlock();
            }
        }

        private ProcessClaims claims(int pid) {
            if (pid != lastPid) {
                last = pid > 0 ? ProcessClaims.of(pid) : ProcessClaims.NONE;
                lastPid = pid;
            }
            return last;
        }

        @Override
        public void overflow() {
            overflows.incrementAndGet();
            if (overflowed.put(namespace, clock.now()) == null) {
                LOG.warn(
                        "the kernel dropped mount events of namespace {}: fs.fanotify.max_queued_events is too small",
                        namespace);
            }
        }
    }

    /** Ends the thread and lets go of everything. */
    @Override
    public void close() {
        Thread running;
        synchronized (this) {
            closed = true;
            running = thread;
        }
        ring();
        if (running != null) {
            try {
                running.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
