package dev.watchdog.linux;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells which mount was detached and by whom (Linux 6.15 and newer): one thread ({@code mount-events}) reads the
 * kernel's events at once, because who calls umount has often exited half a millisecond later. What a process tells of
 * itself is read only for mounts that were announced with {@link #expect}; of others the number is kept, the newest
 * {@value #REMEMBERED} of them.
 *
 * <p>A watch does not keep its namespace alive. Watch those of engines and runners, never a container's. Safe from any
 * thread.
 */
public final class MountEvents implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MountEvents.class);
    private static final int REMEMBERED = 4_096;
    /** So many reads of one namespace before the others have their turn. */
    private static final int READS = 64;
    /** For what another thread has read and not told yet. */
    private static final Duration BUSY = Duration.ofMillis(500);

    private record Watched(MountEventsListener listener, Descriptor group, PollThread.Polled polled) {}

    private final HostClock clock;
    private final @Nullable String unavailable;
    private final Map<Long, Watched> watched = new ConcurrentHashMap<>();
    private final Map<Long, Moment> overflowed = new ConcurrentHashMap<>();
    private final AtomicLong overflows = new AtomicLong();
    private final MountDeeds deeds;
    private final ReentrantLock reading = new ReentrantLock();
    /** Of who has the lock. */
    private final byte[] buffer = new byte[Fanotify.ROOM];

    private @Nullable PollThread thread;
    private boolean closed;

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
     * Listens to the namespace that a process lives in, as long as it is not {@link #unwatch}ed or gone itself. Where it
     * is listened to already no event is missed, and the listener is another from then on; the number of a namespace that
     * has gone may be another's by then, which is listened to as well.
     *
     * @return false where events are {@link #unavailable}: nothing will be told
     */
    public synchronized boolean watch(int pid, long namespace, MountEventsListener listener) throws IOException {
        if (unavailable != null || closed || (thread != null && thread.isClosed())) {
            return false;
        }
        Watched old = watched.get(namespace);
        if (old != null) {
            mark(old.group(), pid, namespace);
            watched.put(namespace, new Watched(listener, old.group(), old.polled()));
            return true;
        }
        Descriptor group = Fanotify.group();
        boolean right = false;
        try {
            mark(group, pid, namespace);
            right = true;
        } finally {
            if (!right) {
                group.close();
            }
        }
        PollThread running = thread();
        PollThread.Polled polled = new PollThread.Polled(group, Abi.POLLIN, events -> hear(namespace));
        watched.put(namespace, new Watched(listener, group, polled));
        running.add(polled);
        return true;
    }

    private void mark(Descriptor group, int pid, long namespace) throws IOException {
        Fanotify.mark(group, pid);
        if (Processes.mountNamespace(pid) != namespace) {
            // what the group hears now may be another's
            unwatch(namespace);
            throw new IOException("process " + pid + " is not in mount namespace " + namespace + " any more");
        }
    }

    private PollThread thread() throws IOException {
        PollThread running = thread;
        if (running == null) {
            // what is needed when the first event comes is loaded before
            ProcessClaims ignored =
                    ProcessClaims.of((int) ProcessHandle.current().pid());
            running = new PollThread("mount-events", this::failed);
            thread = running;
        }
        return running;
    }

    private void failed(IOException why) {
        LOG.error("mount-events has stopped, nobody is named any more: {}", why.getMessage());
        Moment now = clock.now();
        watched.forEach((namespace, each) -> each.listener().deaf(namespace, now));
        watched.clear();
    }

    /** Stops listening there. What was heard stays known. */
    public synchronized void unwatch(long namespace) {
        Watched old = watched.remove(namespace);
        overflowed.remove(namespace);
        if (old != null && thread != null) {
            thread.remove(old.polled());
        }
    }

    /** Somebody wants to be told when this mount is detached, and by whom; {@link UniqueMountId}. */
    public void expect(long mountId) {
        if (unavailable == null) {
            deeds.expect(mountId);
        }
    }

    /** Nobody wants to know any more. */
    public void forget(long mountId) {
        deeds.forget(mountId);
    }

    /** How often the kernel dropped events because its queue was full. */
    public long overflows() {
        return overflows.get();
    }

    /**
     * Who detached a mount; waits that long for the kernel to tell if it has not yet, and half a second more at most while
     * what it told is being read.
     */
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
        MountDeed deed = deeds.await(mountId, detached, wait);
        if (deed == null) {
            hearNow(namespace);
            deed = deeds.await(mountId, detached, Duration.ZERO);
        }
        if (deed != null) {
            return new Attribution.Known(deed.by().equals(ProcessClaims.NONE) ? later(deed) : deed);
        }
        Moment dropped = overflowed.get(namespace);
        return new Attribution.NotKnown(
                dropped == null
                        ? "no event of it came: it happened while the agent did not listen there"
                        : "the kernel's queue of events overflowed, last at " + dropped.wall());
    }

    /** A process that has this number now and had started before then is the one that did it. */
    private static MountDeed later(MountDeed deed) {
        ProcessClaims now = deed.pid() > 0 ? ProcessClaims.of(deed.pid()) : ProcessClaims.NONE;
        long ticks = deed.at().sinceBoot().toMillis() / Processes.MILLIS_A_TICK;
        return now.startTime() < 0 || now.startTime() > ticks
                ? deed
                : new MountDeed(deed.namespace(), deed.mountId(), deed.detached(), deed.at(), deed.pid(), now);
    }

    private void hear(long namespace) throws IOException {
        reading.lock();
        try {
            Watched heard = watched.get(namespace);
            if (heard != null) {
                Listening listening = new Listening(namespace, heard.listener());
                for (int i = 0; i < READS && Fanotify.read(heard.group(), buffer, listening); i++) {
                    listening.end();
                }
            }
        } finally {
            reading.unlock();
        }
    }

    /** On a busy machine who asks may run before the thread that reads does. */
    private void hearNow(long namespace) {
        try {
            if (reading.tryLock(BUSY.toNanos(), TimeUnit.NANOSECONDS)) {
                try {
                    hear(namespace);
                } finally {
                    reading.unlock();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | IllegalStateException e) {
            LOG.debug("events of namespace {} are left to their thread: {}", namespace, e.getMessage());
        }
    }

    /** One round of reading; remembers what it last read of a process, for one often does many things at once. */
    private final class Listening implements Fanotify.Heard {
        private final long namespace;
        private final MountEventsListener listener;
        private Moment at = clock.now();
        private boolean changed;
        private int lastPid = -1;
        private ProcessClaims last = ProcessClaims.NONE;

        Listening(long namespace, MountEventsListener listener) {
            this.namespace = namespace;
            this.listener = listener;
        }

        @Override
        public void mount(boolean detached, long mountId, int pid) {
            if (detached && deeds.isExpected(mountId)) {
                // first: the look at it begins on another thread meanwhile
                listener.detached(namespace, mountId, at);
                deeds.tell(new MountDeed(namespace, mountId, true, at, pid, claims(pid)));
            } else {
                deeds.pass(namespace, mountId, detached, pid, at);
                changed = true;
            }
        }

        /** What was read in one go is told; what comes next happens later. */
        void end() {
            if (changed) {
                changed = false;
                listener.changed(namespace, at);
            }
            at = clock.now();
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
            if (overflowed.put(namespace, at) == null) {
                LOG.warn(
                        "the kernel dropped mount events of namespace {}: fs.fanotify.max_queued_events is too small",
                        namespace);
            }
            listener.missed(namespace, at);
        }
    }

    /** Ends the thread and lets go of everything. */
    @Override
    public void close() {
        PollThread running;
        synchronized (this) {
            closed = true;
            running = thread;
        }
        if (running != null) {
            running.close();
        }
        watched.clear();
    }
}
