package dev.watchdog.linux;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One daemon thread in poll(2) over descriptors that come and go. It sleeps and costs nothing while nothing happens.
 * What is polled is closed by the thread alone, so that it never polls a number that has been given away. Safe from any
 * thread.
 */
final class PollThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PollThread.class);
    /** struct pollfd. */
    private static final int POLLFD = 8;

    private static final int FOR_EVER = -1;

    /** Called on the thread, with what poll found; what it throws ends the thread. */
    @FunctionalInterface
    interface Ready {
        void ready(int events) throws IOException;
    }

    /** Told when the thread has ended by itself: nothing is polled any more. On that thread. */
    @FunctionalInterface
    interface Failed {
        void failed(IOException why);
    }

    /** A descriptor, what is waited for, and who is told. */
    static final class Polled {
        private final Descriptor descriptor;
        private final short wanted;
        private final Ready ready;

        Polled(Descriptor descriptor, int wanted, Ready ready) {
            this.descriptor = descriptor;
            this.wanted = (short) wanted;
            this.ready = ready;
        }
    }

    private final Failed failed;
    private final Descriptor bell;
    private final Set<Polled> all = ConcurrentHashMap.newKeySet();
    private final Queue<Polled> retired = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile Polled[] round = {};
    private volatile boolean closed;
    private volatile int glanceMillis = FOR_EVER;
    private volatile Runnable glance = () -> {};
    private ByteBuffer polls = ByteBuffer.allocateDirect(0);

    PollThread(String name, Failed failed) throws ErrnoException {
        this.failed = failed;
        bell = new Descriptor(Libc.check(Libc.eventfd(0, Abi.O_CLOEXEC | Abi.O_NONBLOCK), "eventfd", name), name);
        thread = new Thread(this::live, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Polls it from now on; the thread closes its descriptor. Closed at once when the thread has ended. */
    void add(Polled polled) {
        all.add(polled);
        changed();
        if (closed && all.remove(polled)) {
            polled.descriptor.close();
        }
    }

    /** Polls it no more. What was being told is still told. */
    void remove(Polled polled) {
        if (all.remove(polled)) {
            retired.add(polled);
            changed();
        }
    }

    /** Besides, calls this so often; for what no descriptor tells of. */
    void every(int millis, Runnable look) {
        glance = look;
        glanceMillis = millis;
        ring();
    }

    boolean isClosed() {
        return closed;
    }

    private synchronized void changed() {
        round = all.toArray(Polled[]::new);
        ring();
    }

    private void ring() {
        byte[] one = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(0, 1)
                .array();
        try {
            long ignored = Libc.write(bell.hold(), one, one.length);
            bell.release();
        } catch (IllegalStateException e) {
            LOG.debug("{} has ended", bell);
        }
    }

    private void live() {
        try {
            while (!closed) {
                closeRetired();
                Polled[] now = round;
                if (await(now) && !closed) {
                    tell(now);
                }
            }
        } catch (IOException e) {
            closed = true;
            failed.failed(e);
        } catch (RuntimeException | Error e) {
            // whatever it was, nothing is seen from now on
            closed = true;
            failed.failed(new IOException(Thread.currentThread().getName() + " ended: " + e, e));
        } finally {
            closed = true;
            all.forEach(each -> each.descriptor.close());
            all.clear();
            closeRetired();
            bell.close();
        }
    }

    private void closeRetired() {
        for (Polled old = retired.poll(); old != null; old = retired.poll()) {
            old.descriptor.close();
        }
    }

    /** False when poll was interrupted. */
    private boolean await(Polled[] now) throws ErrnoException {
        int count = 1 + now.length;
        if (polls.capacity() < count * POLLFD) {
            polls = ByteBuffer.allocateDirect(2 * count * POLLFD).order(ByteOrder.nativeOrder());
        }
        expect(0, bell, (short) Abi.POLLIN);
        for (int i = 0; i < now.length; i++) {
            expect(1 + i, now[i].descriptor, now[i].wanted);
        }
        int ready = Libc.poll(Pointer.nativeValue(Native.getDirectBufferPointer(polls)), count, glanceMillis);
        if (ready < 0 && Libc.errno() == Errno.EINTR) {
            return false;
        }
        Libc.check(ready, "poll", bell);
        if (happened(0) != 0) {
            long ignored = Libc.read(bell.hold(), new byte[Long.BYTES], Long.BYTES);
            bell.release();
        }
        return true;
    }

    private void expect(int index, Descriptor descriptor, short wanted) {
        polls.putInt(index * POLLFD, descriptor.hold());
        descriptor.release();
        polls.putShort(index * POLLFD + 4, wanted).putShort(index * POLLFD + 6, (short) 0);
    }

    private int happened(int index) {
        return polls.getShort(index * POLLFD + 6);
    }

    private void tell(Polled[] now) throws IOException {
        for (int i = 0; i < now.length; i++) {
            int events = happened(1 + i);
            if (events != 0 && all.contains(now[i])) {
                tell(now[i], events);
            }
        }
        if (glanceMillis != FOR_EVER) {
            glance.run();
        }
    }

    private static void tell(Polled polled, int events) throws IOException {
        try {
            polled.ready.ready(events);
        } catch (RuntimeException e) {
            LOG.error("who listens to {} failed", polled.descriptor, e);
        }
    }

    /** Ends the thread, and with it all that is polled. */
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
}
