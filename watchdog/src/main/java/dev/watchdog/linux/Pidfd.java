package dev.watchdog.linux;

/**
 * A hold on one process that no reuse of its number can fool (kernel 5.3 and newer). It pins neither the process nor
 * its namespaces. Safe from any thread.
 */
public final class Pidfd implements AutoCloseable {
    private final int pid;
    private final Descriptor descriptor;

    private Pidfd(int pid, Descriptor descriptor) {
        this.pid = pid;
        this.descriptor = descriptor;
    }

    /** Throws with ESRCH when there is no such process. A zombie can be opened; it has {@link #exited}. */
    public static Pidfd open(int pid) throws ErrnoException {
        long fd = Libc.syscall(Abi.SYS_PIDFD_OPEN, pid, 0, 0, 0, 0);
        int checked = Libc.check(fd, "pidfd_open", pid);
        return new Pidfd(pid, new Descriptor(checked, "pidfd of " + pid));
    }

    public int pid() {
        return pid;
    }

    /** Whether the process has ended, waited for by its parent or not. Never blocks. */
    public boolean exited() throws ErrnoException {
        Scratch scratch = Scratch.own();
        int fd = descriptor.hold();
        try {
            scratch.record.putInt(0, fd).putShort(4, (short) Abi.POLLIN).putShort(6, (short) 0);
            int ready = Libc.poll(scratch.recordAddress, 1, 0);
            return Libc.check(ready, "poll", descriptor) > 0;
        } finally {
            descriptor.release();
        }
    }

    Descriptor descriptor() {
        return descriptor;
    }

    /** Whether it was closed. */
    public boolean isClosed() {
        return descriptor.isClosed();
    }

    @Override
    public void close() {
        descriptor.close();
    }

    @Override
    public String toString() {
        return "process " + pid;
    }
}
