package dev.watchdog.linux;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells at once when the mount table of a namespace changes: one thread ({@code mount-watch}) in poll(2) over the
 * mountinfo files of the watched namespaces, which report POLLPRI once for each time the table changed since the last
 * look (proc_pid_mounts(5); mounts_poll in fs/proc_namespace.c). Without changes it sleeps and costs nothing.
 *
 * <p>Each watch keeps its mount namespace alive: watch those of engines and runners, never a container's. It ends by
 * itself when the process it was opened through exits, within {@value #GLANCE_MILLIS} ms where there are no pidfds.
 */
public final class MountTableWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MountTableWatch.class);
    /** Poll does not tell of exits through a descriptor of /proc: look for them this often. */
    private static final int GLANCE_MILLIS = 1_000;
    /** struct pollfd. */
    private static final int POLLFD = 8;

    private record Watched(long namespace, Pidfd process, Descriptor mountinfo, MountTableListener listener)
            implements AutoCloseable {
        static Watched open(int pid, long namespace, MountTableListener listener) throws ErrnoException {
            Pidfd process = Pidfd.open(pid);
            try {
                Descriptor table = Descriptor.open(Abi.AT_FDCWD, "/proc/" + pid + "/mountinfo", 0);
                return new Watched(namespace, process, table, listener);
            } catch (ErrnoException e) {
                process.close();
                throw e;
            }
        }

        @Override
        public void close() {
            mountinfo.close();
            process.close();
        }
    }

    private final HostClock clock;
    private final Descriptor bell;
    private final Map<Long, Watched> watched = new ConcurrentHashMap<>();
    /** Closed by the watch thread only, so that it never polls a number that has been given away. */
    private final Queue<Watched> retired = new ConcurrentLinkedQueue<>();

    private final Thread thread;
    private volatile boolean closed;
    private ByteBuffer polls = ByteBuffer.allocateDirect(0);

    public MountTableWatch(HostClock clock) throws IOException {
        this.clock = clock;
        bell = new Descriptor(Libc.check(Libc.eventfd(0, Abi.O_CLOEXEC | Abi.O_NONBLOCK), "eventfd", ""), "eventfd");
        thread = new Thread(this::live, "mount-watch");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Watches a namespace through one of its processes; every change after this returns is told. Watching it again
     * replaces the process and the listener. Fails when the process is not in that namespace, or has exited.
     *
     * @param namespace inode of the mount namespace, {@link Processes#mountNamespace}
     */
    public void watch(int pid, long namespace, MountTableListener listener) throws IOException {
        Watched fresh = Watched.open(pid, namespace, listener);
        try {
            if (Processes.mountNamespace(pid) != namespace || fresh.process.exited()) {
                throw new IOException("process " + pid + " is not in mount namespace " + namespace + " any more");
            }
            retire(watched.put(namespace, fresh));
            if (closed) {
                throw new IOException("the watch of mount tables is closed");
            }
        } catch (IOException e) {
            fresh.close();
            throw e;
        }
        ring();
    }

    /** Stops watching; a change that was being told is still told. */
    public void unwatch(long namespace) {
        retire(watched.remove(namespace));
        ring();
    }

    /** The namespaces watched now. */
    public Set<Long> watched() {
        return Set.copyOf(watched.keySet());
    }

    /** Ends the thread and lets go of every namespace. */
    @Override
    public void close() {
        closed = true;
        ring();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void retire(@Nullable Watched old) {
        if (old != null) {
            retired.add(old);
        }
    }

    private void ring() {
        byte[] one = ByteBuffer.allocate(8)
                .order(ByteOrder.nativeOrder())
                .putLong(0, 1)
                .array();
        try {
            long ignored = Libc.write(bell.hold(), one, one.length);
            bell.release();
        } catch (IllegalStateException e) {
            LOG.debug("mount-watch has ended");
        }
    }

    private void live() {
        try {
            while (!closed) {
                retired.forEach(Watched::close);
                retired.clear();
                List<Watched> round = List.copyOf(watched.values());
                if (await(round) && !closed) {
                    tell(round);
                }
            }
        } catch (ErrnoException e) {
            LOG.error("mount-watch has stopped, mount tables are not watched any more: {}", e.getMessage());
            closed = true;
            Moment now = clock.now();
            watched.values().forEach(one -> tell(() -> one.listener.ended(one.namespace, now)));
        } finally {
            retired.forEach(Watched::close);
            watched.values().forEach(Watched::close);
            watched.clear();
            bell.close();
        }
    }

    /** Sleeps until the bell rings, a table changes or a process exits; false when poll was interrupted. */
    private boolean await(List<Watched> round) throws ErrnoException {
        int count = 1 + 2 * round.size();
        if (polls.capacity() < count * POLLFD) {
            polls = ByteBuffer.allocateDirect(2 * count * POLLFD).order(ByteOrder.nativeOrder());
        }
        expect(0, bell, Abi.POLLIN);
        int timeout = -1;
        for (int i = 0; i < round.size(); i++) {
            expect(1 + 2 * i, round.get(i).mountinfo, Abi.POLLPRI);
            if (round.get(i).process.isReal()) {
                expect(2 + 2 * i, round.get(i).process.descriptor(), Abi.POLLIN);
            } else {
                expectNothing(2 + 2 * i);
                timeout = GLANCE_MILLIS;
            }
        }
        long address = Pointer.nativeValue(Native.getDirectBufferPointer(polls));
        int ready = Libc.poll(address, count, timeout);
        if (ready < 0 && Libc.errno() == Errno.EINTR) {
            return false;
        }
        Libc.check(ready, "poll", "mount tables");
        if (happened(0) != 0) {
            long ignored = Libc.read(bell.hold(), new byte[8], 8);
            bell.release();
        }
        return true;
    }

    private void expect(int index, Descriptor descriptor, int events) {
        polls.putInt(index * POLLFD, descriptor.hold());
        descriptor.release();
        polls.putShort(index * POLLFD + 4, (short) events).putShort(index * POLLFD + 6, (short) 0);
    }

    /** Poll passes over negative numbers. */
    private void expectNothing(int index) {
        polls.putInt(index * POLLFD, -1);
        polls.putShort(index * POLLFD + 4, (short) 0).putShort(index * POLLFD + 6, (short) 0);
    }

    private int happened(int index) {
        return polls.getShort(index * POLLFD + 6);
    }

    private void tell(List<Watched> round) throws ErrnoException {
        Moment now = clock.now();
        for (int i = 0; i < round.size(); i++) {
            Watched one = round.get(i);
            if ((happened(1 + 2 * i) & (Abi.POLLPRI | Abi.POLLERR)) != 0) {
                tell(() -> one.listener.changed(one.namespace, now));
            }
            if (hasEnded(one, 2 + 2 * i) && watched.remove(one.namespace, one)) {
                one.close();
                tell(() -> one.listener.ended(one.namespace, now));
            }
        }
    }

    private boolean hasEnded(Watched one, int index) throws ErrnoException {
        return one.process.isReal() ? happened(index) != 0 : one.process.exited();
    }

    private static void tell(Runnable listener) {
        try {
            listener.run();
        } catch (RuntimeException e) {
            LOG.error("a listener of mount tables failed", e);
        }
    }
}
