package dev.watchdog.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells at once when tasks wait too long for memory: the kernel's PSI triggers (Linux 5.2 and newer,
 * Documentation/accounting/psi.rst), on one thread ({@code pressure-watch}) in poll(2). While nobody waits it sleeps and
 * costs nothing. Safe from any thread but its own.
 */
public final class PressureTriggers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PressureTriggers.class);

    private final Path file;
    private final PressureListener listener;
    private final Map<PressureTrigger, PollThread.Polled> watched = new ConcurrentHashMap<>();
    private @Nullable PollThread thread;
    private boolean closed;

    /**
     * No thread is started before the first watch.
     *
     * @param file {@code /proc/pressure/memory} of the host, or {@code memory.pressure} of a cgroup
     */
    public PressureTriggers(Path file, PressureListener listener) {
        this.file = file;
        this.listener = listener;
    }

    /**
     * Sets a trigger; one that is set already is not set twice.
     *
     * @return false where the kernel has none, or not this one for us, which is logged with its reason: nothing will be
     *     told
     */
    public synchronized boolean watch(PressureTrigger trigger) {
        if (closed || watched.containsKey(trigger)) {
            return !closed;
        }
        try {
            NewTrigger fresh = new NewTrigger(trigger, MemoryStall.of(file));
            Descriptor armed = arm(trigger);
            PollThread.Polled polled = new PollThread.Polled(armed, Abi.POLLPRI, events -> hear(fresh, events));
            PollThread running = thread(armed);
            watched.put(trigger, polled);
            running.add(polled);
            return !running.isClosed() || watched.remove(trigger) == null;
        } catch (ErrnoException e) {
            LOG.info("no trigger {} for waits for memory: {} of {} said {}", trigger, e.call(), file, e.symbol());
            return false;
        }
    }

    private Descriptor arm(PressureTrigger trigger) throws ErrnoException {
        Descriptor open = Descriptor.open(Abi.AT_FDCWD, file.toString(), Abi.O_RDWR | Abi.O_NONBLOCK);
        // with its NUL: the kernel takes the last byte for the end, whatever it is
        byte[] text = Libc.string(trigger.toString());
        int held = open.hold();
        long written = Libc.write(held, text, text.length);
        int errno = written < 0 ? Libc.errno() : 0;
        open.release();
        if (errno != 0) {
            open.close();
            throw new ErrnoException("write", file, errno);
        }
        return open;
    }

    private PollThread thread(Descriptor toClose) throws ErrnoException {
        PollThread running = thread;
        if (running == null) {
            try {
                running = new PollThread("pressure-watch", this::failed);
            } catch (ErrnoException e) {
                toClose.close();
                throw e;
            }
            thread = running;
        }
        return running;
    }

    /** POLLERR: PSI was turned off, or the cgroup has gone; it would be told for ever. */
    private void hear(NewTrigger fresh, int events) {
        PressureTrigger trigger = fresh.trigger();
        if ((events & ~Abi.POLLPRI) != 0) {
            lose(trigger, "the kernel has ended the trigger of " + file);
        } else if (fresh.isTrue(() -> MemoryStall.of(file))) {
            listener.pressed(trigger);
        } else {
            LOG.debug("{} rang for what had been waited before it was set", trigger);
        }
    }

    private void lose(PressureTrigger trigger, String why) {
        PollThread.Polled old = watched.remove(trigger);
        if (old != null) {
            forget(old);
            listener.lost(trigger, why);
        }
    }

    private synchronized void forget(PollThread.Polled old) {
        if (thread != null) {
            thread.remove(old);
        }
    }

    private void failed(IOException why) {
        watched.keySet().forEach(each -> lose(each, "pressure-watch has stopped: " + why.getMessage()));
    }

    /** Ends the thread and every trigger; nothing is told once it has returned. */
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
