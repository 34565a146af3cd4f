package dev.watchdog.linux;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An open file descriptor that we own, always close-on-exec. Safe from any thread: closing it while another thread is
 * inside a call on it closes the number only after that call, so a reused number is never taken for this one.
 */
public final class Descriptor implements AutoCloseable {
    private final int fd;
    private final String what;
    private final @Nullable Place place;
    private final AtomicInteger holders = new AtomicInteger(1);
    private final AtomicBoolean closed = new AtomicBoolean();

    Descriptor(int fd, String what) {
        this(fd, what, null);
    }

    /** @param place where it is, if {@link #status} may have to ask a mount table */
    Descriptor(int fd, String what, @Nullable Place place) {
        this.fd = fd;
        this.what = what;
        this.place = place;
    }

    static Descriptor open(int directory, String path, int flags) throws ErrnoException {
        int fd = Libc.openat(directory, Scratch.own().path(path), flags | Abi.O_CLOEXEC, 0);
        return new Descriptor(Libc.check(fd, "openat", path), path);
    }

    /** The number, kept open until {@link #release}; throws IllegalStateException when it is closed. */
    int hold() {
        int now;
        do {
            now = holders.get();
            if (now == 0) {
                throw new IllegalStateException("the descriptor of " + OneLine.of(what) + " is closed");
            }
        } while (!holders.compareAndSet(now, now + 1));
        return fd;
    }

    void release() {
        if (holders.decrementAndGet() == 0) {
            int ignored = Libc.close(fd);
        }
    }

    /** Status of what is open here. */
    public FileStatus status() throws ErrnoException {
        int held = hold();
        try {
            return FileStatus.of(held, what, place);
        } finally {
            release();
        }
    }

    @Nullable Place place() {
        return place;
    }

    boolean isClosed() {
        return closed.get();
    }

    /** Closing twice does nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            release();
        }
    }

    /** What it was opened as, for messages. */
    @Override
    public String toString() {
        return what;
    }
}
