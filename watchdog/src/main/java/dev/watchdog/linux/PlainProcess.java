package dev.watchdog.linux;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A process that does nothing ({@code cat} of an empty pipe) in the namespaces of the thread that starts it, and dies
 * with the agent, whose end of the pipe then closes. Not by {@link ProcessBuilder}: that starts a thread of its own,
 * which would stay in the caller's namespace.
 */
final class PlainProcess implements AutoCloseable {
    /** Room for posix_spawn_file_actions_t: 80 bytes in glibc on 64-bit machines. */
    private static final int FILE_ACTIONS = 256;

    private static final int SIGKILL = 9;
    private static final int O_WRONLY = 1;

    static {
        Native.register(PlainProcess.class, "c");
    }

    private final int pid;
    private final Descriptor stdin;

    private PlainProcess(int pid, Descriptor stdin) {
        this.pid = pid;
        this.stdin = stdin;
    }

    static native int pipe2(int[] ends, int flags);

    static native int kill(int pid, int signal);

    static native int waitpid(int pid, int[] status, int options);

    static native int posix_spawn_file_actions_init(long actions);

    static native int posix_spawn_file_actions_destroy(long actions);

    static native int posix_spawn_file_actions_adddup2(long actions, int fd, int as);

    static native int posix_spawn_file_actions_addopen(long actions, int fd, byte[] path, int flags, int mode);

    /** glibc 2.34 and newer. */
    static native int posix_spawn_file_actions_addclosefrom_np(long actions, int from);

    static native int posix_spawnp(int[] pid, byte[] file, long actions, long attributes, long argv, long environment);

    /** Returns once the process has loaded all it needs: what it sees may be taken away from under it then. */
    static PlainProcess start() throws ErrnoException {
        int[] in = new int[2];
        int[] out = new int[2];
        Libc.check(pipe2(in, Abi.O_CLOEXEC), "pipe2", "");
        try (Descriptor read = new Descriptor(in[0], "pipe")) {
            Descriptor write = new Descriptor(in[1], "pipe");
            boolean started = false;
            try {
                Libc.check(pipe2(out, Abi.O_CLOEXEC), "pipe2", "");
                PlainProcess process = start(read, write, out);
                started = true;
                return process;
            } finally {
                if (!started) {
                    write.close();
                }
            }
        }
    }

    private static PlainProcess start(Descriptor stdin, Descriptor write, int[] out) throws ErrnoException {
        try (Descriptor echo = new Descriptor(out[0], "pipe")) {
            int[] pid = new int[1];
            int errno;
            try (Descriptor stdout = new Descriptor(out[1], "pipe")) {
                errno = spawn(pid, stdin.hold(), stdout.hold());
                stdin.release();
                stdout.release();
            }
            if (errno != 0) {
                throw new ErrnoException("posix_spawn", "cat", errno);
            }
            PlainProcess process = new PlainProcess(pid[0], write);
            byte[] one = {'\n'};
            Libc.check(Libc.write(write.hold(), one, 1), "write", "cat");
            write.release();
            long count = Libc.read(echo.hold(), one, 1);
            echo.release();
            if (count != 1) {
                process.close();
                throw new ErrnoException("start", "cat", Errno.EIO);
            }
            return process;
        }
    }

    /** These calls return an errno instead of setting it. */
    private static int spawn(int[] pid, int stdin, int stdout) {
        // not by JNA's Memory, which may start its cleaner thread here, in the caller's namespace
        ByteBuffer room =
                ByteBuffer.allocateDirect(FILE_ACTIONS + 4 * Long.BYTES).order(ByteOrder.nativeOrder());
        long actions = Pointer.nativeValue(Native.getDirectBufferPointer(room));
        long argv = actions + FILE_ACTIONS;
        long name = argv + 3 * Long.BYTES;
        room.putLong(FILE_ACTIONS, name).putLong(FILE_ACTIONS + 3 * Long.BYTES, 0);
        byte[] command = Libc.string("cat");
        room.position(FILE_ACTIONS + 3 * Long.BYTES).put(command);
        long none = argv + Long.BYTES;
        int errno = posix_spawn_file_actions_init(actions);
        byte[] nowhere = Libc.string("/dev/null");
        errno = errno != 0 ? errno : posix_spawn_file_actions_adddup2(actions, stdin, 0);
        errno = errno != 0 ? errno : posix_spawn_file_actions_adddup2(actions, stdout, 1);
        errno = errno != 0 ? errno : posix_spawn_file_actions_addopen(actions, 2, nowhere, O_WRONLY, 0);
        errno = errno != 0 ? errno : posix_spawn_file_actions_addclosefrom_np(actions, 3);
        errno = errno != 0 ? errno : posix_spawnp(pid, command, actions, 0, argv, none);
        int ignored = posix_spawn_file_actions_destroy(actions);
        return errno;
    }

    int pid() {
        return pid;
    }

    /** Ends it and waits until it has gone. */
    @Override
    public void close() {
        stdin.close();
        int killed = kill(pid, SIGKILL);
        int reaped = waitpid(pid, new int[1], 0);
    }
}
