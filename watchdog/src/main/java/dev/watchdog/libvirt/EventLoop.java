package dev.watchdog.libvirt;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * libvirt's own event loop on one daemon thread, {@code libvirt-events}, which runs while there is a connection: without
 * it no keep-alive is answered and no event told.
 */
final class EventLoop {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);
    private static final int NEVER = -1;

    private final Calls calls;

    /** Fires to wake the loop; does nothing else. */
    private final Calls.TimeoutCallback wake = (timer, opaque) -> {};

    private int users;
    private @Nullable Run running;

    EventLoop(Calls calls) {
        this.calls = calls;
    }

    synchronized void acquire() {
        users++;
        if (running == null) {
            running = new Run(calls.virEventAddTimeout(NEVER, wake, null, null));
            Thread thread = new Thread(running, "libvirt-events");
            thread.setDaemon(true);
            thread.start();
        }
    }

    synchronized void release() {
        users--;
        if (users == 0 && running != null) {
            running.over = true;
            calls.virEventUpdateTimeout(running.timer, 0);
            running = null;
        }
    }

    private final class Run implements Runnable {
        private final int timer;
        private volatile boolean over;

        Run(int timer) {
            this.timer = timer;
        }

        @Override
        public void run() {
            synchronized (LOOP) {
                while (!over) {
                    if (calls.virEventRunDefaultImpl() != 0) {
                        LOG.warn("libvirt's event loop failed once; going on");
                        LockSupport.parkNanos(100_000_000);
                    }
                }
                int ignored = calls.virEventRemoveTimeout(timer);
            }
        }
    }

    /** Two runs never meet in libvirt's loop: the next waits until the one before has ended. */
    private static final Object LOOP = new Object();
}
