package dev.watchdog.linux;

import java.io.IOException;

/** A system call that failed: which one, on what, and the kernel's error number, all in the one line of the message. */
public final class ErrnoException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int errno;
    private final String call;

    /**
     * @param call the system call, e.g. {@code move_mount}
     * @param target the path, process or descriptor it was about
     * @param errno as the kernel gave it, positive
     */
    public ErrnoException(String call, Object target, int errno) {
        super(call + " " + OneLine.of(String.valueOf(target)) + ": " + Errno.name(errno) + hint(call, errno));
        this.errno = errno;
        this.call = call;
    }

    public int errno() {
        return errno;
    }

    /** The error's name, e.g. {@code ENOENT}; {@code errno N} for one without a name here. */
    public String symbol() {
        return Errno.name(errno);
    }

    public String call() {
        return call;
    }

    private static String hint(String call, int errno) {
        return switch (errno) {
            case Errno.ENOSYS -> " (this kernel has no " + call + ", or a seccomp filter hides it)";
            case Errno.EPERM ->
                " (not permitted: needs root with CAP_SYS_ADMIN, CAP_SYS_CHROOT and CAP_SYS_PTRACE,"
                        + " and a seccomp profile that allows " + call + ")";
            case Errno.ESRCH -> " (the process has exited)";
            case Errno.EOVERFLOW -> " (it is larger than the agent reads)";
            default -> "";
        };
    }
}
