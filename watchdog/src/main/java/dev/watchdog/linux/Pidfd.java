package dev.watchdog.linux;

import java.io.IOException;

/**
 * A hold on one process that no reuse of its number can fool: a pidfd (5.8 and newer, because setns has to take it), or
 * else an O_PATH descriptor of its /proc directory, in which nothing is found any more once it has gone. It pins neither
 * the process nor its namespaces. Safe from any thread.
 */
public final class Pidfd implements AutoCloseable {
    /** Fields of proc_pid_stat(5). */
    private static final int STATE = 3;

    private static final int THREADS = 20;
    /** A line of a few hundred bytes. */
    private static final int STAT_BYTES = 4096;

    private final int pid;
    private final Descriptor descriptor;
    /** Whether poll(2) and setns(2) take the descriptor. */
    private final boolean real;

    private Pidfd(int pid, Descriptor descriptor, boolean real) {
        this.pid = pid;
        this.descriptor = descriptor;
        this.real = real;
    }

    /** Throws with ESRCH when there is no such process. A zombie can be opened; it has {@link #exited}. */
    public static Pidfd open(int pid) throws ErrnoException {
        return open(pid, KernelCalls.own().hasPidfd());
    }

    static Pidfd open(int pid, boolean real) throws ErrnoException {
        if (real) {
            long fd = Libc.syscall(Abi.SYS_PIDFD_OPEN, pid, 0, 0, 0, 0);
            int checked = Libc.check(fd, "pidfd_open", pid);
            return new Pidfd(pid, new Descriptor(checked, "pidfd of " + pid), true);
        }
        try {
            return new Pidfd(pid, Procfs.process(pid), false);
        } catch (ErrnoException e) {
            throw isGone(e) ? new ErrnoException("open /proc directory of", pid, Errno.ESRCH) : e;
        }
    }

    public int pid() {
        return pid;
    }

    /** Whether the process has ended, waited for by its parent or not. Never blocks. */
    public boolean exited() throws ErrnoException {
        return real ? polled() : isEndedBy(stat());
    }

    private boolean polled() throws ErrnoException {
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

    /** Empty when the process has gone. */
    private String stat() throws ErrnoException {
        try (Descriptor file = Procfs.open(descriptor, "stat")) {
            byte[] stat = ByteReader.all(file, STAT_BYTES);
            return PathBytes.decode(stat, 0, stat.length);
        } catch (ErrnoException e) {
            if (isGone(e)) {
                return "";
            }
            throw e;
        }
    }

    /** A first thread that has ended is a zombie too, while others of the process go on. */
    static boolean isEndedBy(String stat) throws ErrnoException {
        if (stat.isEmpty()) {
            return true;
        }
        try {
            String state = Processes.statField(stat, STATE);
            return (state.equals("Z") || state.equalsIgnoreCase("X"))
                    && Integer.parseInt(Processes.statField(stat, THREADS)) <= 1;
        } catch (IOException | NumberFormatException e) {
            throw new ErrnoException("read stat of", "a process", Errno.EIO);
        }
    }

    private static boolean isGone(ErrnoException e) {
        return e.errno() == Errno.ENOENT || e.errno() == Errno.ESRCH;
    }

    /** What setns takes, for the caller to close at once: it may pin the namespace. ESRCH when the process has exited. */
    Descriptor mountNamespace() throws ErrnoException {
        try {
            return Procfs.mountNamespace(descriptor);
        } catch (ErrnoException e) {
            throw isGone(e) ? new ErrnoException("setns", this, Errno.ESRCH) : e;
        }
    }

    /** Whether poll(2) on {@link #descriptor} tells the exit, and setns(2) takes it. */
    boolean isReal() {
        return real;
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
