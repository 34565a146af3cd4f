package dev.watchdog.linux;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

    private final HostClock clock;
    private final Map<Long, Watched> watched = new ConcurrentHashMap<>();
    private final PollThread thread;

    public MountTableWatch(HostClock clock) throws IOException {
        this.clock = clock;
        thread = new PollThread("mount-watch", this::failed);
    }

    /**
     * Watches a namespace through one of its processes; every change after this returns is told. Watching it again
     * replaces the process and the listener. Fails when the process is not in that namespace, or has exited.
     *
     * @param namespace inode of the mount namespace, {@link Processes#mountNamespace}
     */
    public void watch(int pid, long namespace, MountTableListener listener) throws IOException {
        watch(pid, namespace, listener, true);
    }

    /** Tells of the process's end only: who hears of changes by {@link MountEvents} needs no more. */
    public void watchEnd(int pid, long namespace, MountTableListener listener) throws IOException {
        watch(pid, namespace, listener, false);
    }

    private synchronized void watch(int pid, long namespace, MountTableListener listener, boolean changes)
            throws IOException {
        Watched fresh = new Watched(pid, namespace, listener);
        try {
            if (changes) {
                fresh.openTable();
            }
            if (Processes.mountNamespace(pid) != namespace || fresh.process.exited()) {
                throw new IOException("process " + pid + " is not in mount namespace " + namespace + " any more");
            }
        } catch (IOException e) {
            fresh.close();
            throw e;
        }
        Watched old = watched.put(namespace, fresh);
        if (old != null) {
            old.release();
        }
        fresh.begin();
        if (thread.isClosed()) {
            throw new IOException("the watch of mount tables is closed");
        }
    }

    /** Stops watching; a change that was being told is still told. */
    public synchronized void unwatch(long namespace) {
        Watched old = watched.remove(namespace);
        if (old != null) {
            old.release();
        }
    }

    /** The namespaces watched now. */
    public Set<Long> watched() {
        return Set.copyOf(watched.keySet());
    }

    private void ended(Watched one) {
        if (watched.remove(one.namespace, one)) {
            one.release();
            one.listener.ended(one.namespace, clock.now());
        }
    }

    /** Of those that no descriptor tells the end of. */
    private void glance() {
        for (Watched each : watched.values()) {
            try {
                if (!each.process.isReal() && each.process.exited()) {
                    ended(each);
                }
            } catch (ErrnoException e) {
                LOG.debug("{} was not looked at: {}", each.process, e.getMessage());
            }
        }
    }

    private void failed(IOException why) {
        LOG.error("mount-watch has stopped, mount tables are not watched any more: {}", why.getMessage());
        watched.values().forEach(this::ended);
    }

    /** Ends the thread and lets go of every namespace. */
    @Override
    public void close() {
        thread.close();
        watched.values().forEach(Watched::close);
        watched.clear();
    }

    /** What is held of one namespace. What the thread polls is closed by the thread. */
    private final class Watched {
        private final long namespace;
        private final MountTableListener listener;
        private final Pidfd process;
        private PollThread.@Nullable Polled end;
        private PollThread.@Nullable Polled table;
        private @Nullable Descriptor mountinfo;

        Watched(int pid, long namespace, MountTableListener listener) throws ErrnoException {
            this.namespace = namespace;
            this.listener = listener;
            this.process = Pidfd.open(pid);
        }

        void openTable() throws ErrnoException {
            mountinfo = Descriptor.open(Abi.AT_FDCWD, "/proc/" + process.pid() + "/mountinfo", 0);
        }

        void begin() {
            if (mountinfo != null) {
                table = new PollThread.Polled(mountinfo, Abi.POLLPRI, this::changed);
                thread.add(table);
            }
            if (process.isReal()) {
                end = new PollThread.Polled(process.descriptor(), Abi.POLLIN, events -> ended(this));
                thread.add(end);
            } else {
                thread.every(GLANCE_MILLIS, MountTableWatch.this::glance);
            }
        }

        private void changed(int events) {
            if ((events & (Abi.POLLPRI | Abi.POLLERR)) != 0) {
                listener.changed(namespace, clock.now());
            }
        }

        void release() {
            if (table != null) {
                thread.remove(table);
            }
            if (end != null) {
                thread.remove(end);
            } else {
                process.close();
            }
        }

        /** Of what is not polled, or was when the thread ended. */
        void close() {
            if (mountinfo != null) {
                mountinfo.close();
            }
            process.close();
        }
    }
}
