package dev.watchdog.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel tells of a process that it cannot have chosen itself. Users and capabilities are those of its first
 * thread, as this process's user namespace numbers them.
 *
 * @param uids real, effective, saved and of the file system
 * @param userNamespace inode of the user namespace that it is in
 * @param pidNamespace inode of the pid namespace that it is in
 * @param mountNamespaceOwner inode of the user namespace that its mount namespace belongs to; 0 where the kernel cannot
 *     tell (before 4.9)
 * @param capabilities its effective ones, a bit for each
 * @param executable the file that it runs, which may have been deleted since
 */
record ProcessFacts(
        ProcessId id,
        List<Integer> uids,
        long userNamespace,
        long pidNamespace,
        long mountNamespaceOwner,
        long capabilities,
        FileOwner executable) {
    /** proc_pid_status(5) is below 2 KiB on every kernel so far, but for the list of groups, of which there may be 65,536. */
    private static final int STATUS_BYTES = 1 << 20;

    /** PROC_USER_INIT_INO of include/linux/proc_ns.h. */
    static final long INITIAL_USER_NAMESPACE = 0xEFFFFFFDL;

    private static final int CAP_SYS_ADMIN = 21;
    private static final int HEX = 16;

    ProcessFacts {
        uids = List.copyOf(uids);
    }

    /**
     * Of a process that lives.
     *
     * @throws IOException if it has ended, or this process may not look into it
     */
    static ProcessFacts of(Pidfd process) throws IOException {
        int pid = process.pid();
        String status = status(pid);
        ProcessFacts facts = new ProcessFacts(
                new ProcessId(pid, Processes.startTime(pid)),
                uids(status),
                Processes.userNamespace(pid),
                Processes.pidNamespace(pid),
                mountNamespaceOwner(pid),
                Long.parseUnsignedLong(field(status, "CapEff:"), HEX),
                executable(pid));
        if (process.exited()) {
            throw new ErrnoException("look at", process, Errno.ESRCH);
        }
        return facts;
    }

    private static String status(int pid) throws ErrnoException {
        try (Descriptor file = Procfs.open(pid + "/status", 0)) {
            byte[] bytes = ByteReader.all(file, STATUS_BYTES);
            return PathBytes.decode(bytes, 0, bytes.length);
        }
    }

    /** Real, effective, saved, file system's. */
    static List<Integer> uids(String status) throws IOException {
        try {
            return List.of(field(status, "Uid:").split("\\s+", -1)).stream()
                    .map(Integer::parseUnsignedInt)
                    .toList();
        } catch (NumberFormatException e) {
            throw new IOException("/proc/<pid>/status tells no users", e);
        }
    }

    /** The effective user of a process. */
    static int user(int pid) throws IOException {
        return uids(status(pid)).get(1);
    }

    private static String field(String status, String name) throws IOException {
        for (String line : status.split("\n", -1)) {
            // what a process is called stands in the first line, without line breaks
            if (line.startsWith(name)) {
                return line.substring(name.length()).strip();
            }
        }
        throw new IOException("/proc/<pid>/status has no " + name);
    }

    private static FileOwner executable(int pid) throws ErrnoException {
        try (Descriptor file = Procfs.open(pid + "/exe", Abi.O_PATH)) {
            int held = file.hold();
            try {
                return FileOwner.of(held, file);
            } finally {
                file.release();
            }
        }
    }

    /** The descriptors of namespaces are closed at once: they pin them. */
    private static long mountNamespaceOwner(int pid) throws IOException {
        try (Descriptor namespace = Procfs.open(pid + "/ns/mnt", 0)) {
            int held = namespace.hold();
            long owner;
            try {
                owner = Libc.syscall(Abi.SYS_IOCTL, held, Abi.NS_GET_USERNS, 0, 0, 0);
            } finally {
                namespace.release();
            }
            if (owner < 0 && Libc.errno() == Errno.ENOTTY) {
                return 0;
            }
            try (Descriptor user =
                    new Descriptor(Libc.check(owner, "ioctl NS_GET_USERNS", namespace), "user namespace")) {
                return inode(user);
            }
        }
    }

    private static long inode(Descriptor namespace) throws IOException {
        int held = namespace.hold();
        try {
            // its link is all that a namespace's descriptor needs, on any kernel
            String link =
                    Files.readSymbolicLink(Path.of("/proc/self/fd/" + held)).toString();
            return Processes.inode(link);
        } finally {
            namespace.release();
        }
    }

    /**
     * Which piece of being a process of the host's root is missing; null when none is.
     *
     * @param home the user and pid namespaces that this process, which must be the host's root, lives in itself
     */
    @Nullable String objection(Home home) {
        for (int uid : uids) {
            if (uid != 0) {
                return "it runs as user " + Integer.toUnsignedString(uid) + ", not as root";
            }
        }
        if (userNamespace != home.userNamespace()) {
            return "it lives in another user namespace than the agent: what is root there is not root of the host";
        }
        if (pidNamespace != home.pidNamespace()) {
            return "it lives in another pid namespace than the agent, as in a container";
        }
        if ((capabilities & (1L << CAP_SYS_ADMIN)) == 0) {
            return "it has not CAP_SYS_ADMIN, as what runs containers has";
        }
        if (mountNamespaceOwner != 0 && mountNamespaceOwner != home.userNamespace()) {
            return "its mount namespace belongs to another user namespace than the agent's";
        }
        String wrong = executable.objection(null);
        return wrong == null ? null : "its executable " + wrong;
    }

    /** Where this process itself lives. */
    record Home(long userNamespace, long pidNamespace) {
        static Home own() throws IOException {
            int self = (int) ProcessHandle.current().pid();
            return new Home(Processes.userNamespace(self), Processes.pidNamespace(self));
        }

        /**
         * Whether a process may be one of the host's root: a quick look, for thousands of them. It passes over users'
         * processes, containers' and threads of the kernel.
         */
        boolean mayTrust(int pid) {
            try {
                Path process = Path.of("/proc/" + pid);
                return Integer.valueOf(0).equals(Files.getAttribute(process, "unix:uid"))
                        && !Files.readSymbolicLink(process.resolve("exe"))
                                .toString()
                                .isEmpty()
                        && Processes.pidNamespace(pid) == pidNamespace
                        && Processes.userNamespace(pid) == userNamespace;
            } catch (IOException e) {
                // it has ended, may not be looked into, or executes no file
                return false;
            }
        }
    }
}
