package dev.watchdog.linux;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which of the younger system calls work here, found once at start: 0, or the errno of the failure, and then the
 * fallback is used for as long as the process lives. EPERM counts like ENOSYS: a seccomp filter that does not know a
 * call says either (Docker before 20.10 said EPERM). Safe from any thread.
 *
 * @param statx with mount ids and STATX_ATTR_MOUNT_ROOT, 5.8; else {@link OldFileStatus}
 * @param openat2 5.6; else {@link HandWalk}
 * @param pidfd pidfd_open 5.3 and setns with a pidfd, 5.8; else a descriptor of the process's /proc directory
 * @param fdinfo mount ids in fdinfo, 3.15; else mount tables
 */
record KernelCalls(int statx, int openat2, int pidfd, int fdinfo) {
    private static final Logger LOG = LoggerFactory.getLogger(KernelCalls.class);

    private static volatile @Nullable KernelCalls own;

    @FunctionalInterface
    private interface Probe {
        void run() throws ErrnoException;
    }

    /** Those of this process. The first call probes: it must come from a thread that is at home. */
    static KernelCalls own() {
        KernelCalls known = own;
        return known != null ? known : choose(null);
    }

    /** Settles them for the process: what is wished for, or what works. Only the first time counts. */
    static synchronized KernelCalls choose(@Nullable KernelCalls wish) {
        KernelCalls known = own;
        if (known == null) {
            known = wish != null ? wish : probe();
            own = known;
            List<String> missing = known.missing();
            if (!missing.isEmpty()) {
                LOG.info("older ways are used in place of {}", String.join(", ", missing));
            }
        }
        return known;
    }

    /** Tries each call, on "/" or on this process; nothing is left or changed. */
    static KernelCalls probe() {
        return new KernelCalls(
                errno(KernelCalls::tryStatx),
                errno(KernelCalls::tryOpenat2),
                errno(KernelCalls::tryPidfd),
                errno(KernelCalls::tryFdinfo));
    }

    boolean hasStatx() {
        return statx == 0;
    }

    boolean hasOpenat2() {
        return openat2 == 0;
    }

    boolean hasPidfd() {
        return pidfd == 0;
    }

    boolean hasFdinfo() {
        return fdinfo == 0;
    }

    /** What failed, each as {@code openat2: ENOSYS}. */
    List<String> missing() {
        List<String> missing = new ArrayList<>();
        add(missing, "statx with mount ids", statx);
        add(missing, "openat2", openat2);
        add(missing, "pidfds", pidfd);
        add(missing, "mount ids in fdinfo", fdinfo);
        return List.copyOf(missing);
    }

    private static void add(List<String> missing, String call, int errno) {
        if (errno != 0) {
            missing.add(call + ": " + Errno.name(errno));
        }
    }

    private static int errno(Probe probe) {
        try {
            probe.run();
            return 0;
        } catch (ErrnoException e) {
            return e.errno();
        }
    }

    private static void tryStatx() throws ErrnoException {
        if (!FileStatus.statxTellsMounts()) {
            throw new ErrnoException("statx mount id", "/", Errno.ENOSYS);
        }
    }

    private static void tryOpenat2() throws ErrnoException {
        Scratch scratch = Scratch.own();
        scratch.record.putLong(0, Abi.O_PATH | Abi.O_CLOEXEC).putLong(8, 0).putLong(16, Abi.RESOLVE_IN_ROOT);
        long path = scratch.path("/");
        long fd = Libc.syscall(Abi.SYS_OPENAT2, Abi.AT_FDCWD, path, scratch.recordAddress, Abi.OPEN_HOW_SIZE, 0);
        int ignored = Libc.close(Libc.check(fd, "openat2", "/"));
    }

    /** Into our own UTS namespace, where we are already; with a pidfd that is EINVAL before 5.8. */
    private static void tryPidfd() throws ErrnoException {
        long self = ProcessHandle.current().pid();
        int fd = Libc.check(Libc.syscall(Abi.SYS_PIDFD_OPEN, self, 0, 0, 0, 0), "pidfd_open", self);
        try (Descriptor pidfd = new Descriptor(fd, "pidfd of ourselves")) {
            Libc.check(Libc.setns(fd, Abi.CLONE_NEWUTS), "setns", pidfd);
        }
    }

    private static void tryFdinfo() throws ErrnoException {
        try (Descriptor root = Descriptor.open(Abi.AT_FDCWD, "/", Abi.O_PATH | Abi.O_DIRECTORY)) {
            int held = root.hold();
            try {
                long ignored = Procfs.mountId(held);
            } finally {
                root.release();
            }
        }
    }
}
