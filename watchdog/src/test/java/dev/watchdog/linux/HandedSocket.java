package dev.watchdog.linux;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A listening Unix socket that this process makes and hands on, as systemd does: to programs that are started with it as
 * their standard input. What was started ends when it is closed.
 */
public final class HandedSocket implements AutoCloseable {
    private static final int FILE_ACTIONS = 256;
    private static final int SIGKILL = 9;
    /** setresuid(2) as a bare call is about the calling thread alone. */
    private static final int SYS_SETRESUID = "aarch64".equals(System.getProperty("os.arch")) ? 147 : 117;

    static {
        Native.register(HandedSocket.class, "c");
    }

    private final Descriptor socket;
    private final List<Integer> started = new ArrayList<>();

    private HandedSocket(Descriptor socket) {
        this.socket = socket;
    }

    static native int bind(int fd, long address, int size);

    static native int listen(int fd, int backlog);

    /** Listens on a path that does not exist yet. */
    public static HandedSocket listen(Path path) throws IOException {
        return open(path, 16);
    }

    /** The same, with room for one caller who waits. */
    static HandedSocket narrow(Path path) throws IOException {
        return open(path, 0);
    }

    private static HandedSocket open(Path path, int backlog) throws IOException {
        int fd = Libc.check(Libc.socket(Abi.AF_UNIX, Abi.SOCK_STREAM | Abi.SOCK_CLOEXEC, 0), "socket", path);
        HandedSocket handed = new HandedSocket(new Descriptor(fd, path.toString()));
        ByteBuffer address = ByteBuffer.allocateDirect(128).order(ByteOrder.nativeOrder());
        byte[] name = PathBytes.encode(path.toString());
        address.putShort((short) Abi.AF_UNIX).put(name).put((byte) 0);
        long at = Pointer.nativeValue(Native.getDirectBufferPointer(address));
        try {
            Libc.check(bind(fd, at, 2 + name.length + 1), "bind", path);
            Libc.check(listen(fd, backlog), "listen", path);
        } catch (IOException e) {
            handed.close();
            throw e;
        }
        return handed;
    }

    /** The same, by a thread that is another user. */
    public static HandedSocket listen(Path path, int user) throws IOException {
        try (PrivateThread thread = new PrivateThread("user-" + user)) {
            return thread.call(() -> {
                Libc.check(Libc.syscall(SYS_SETRESUID, user, user, user, 0, 0), "setresuid", user);
                return listen(path);
            });
        }
    }

    /** Starts a program with the socket as its standard input; its process id. */
    public int handTo(String... command) throws IOException {
        ByteBuffer room = ByteBuffer.allocateDirect(FILE_ACTIONS + (command.length + 1) * Long.BYTES)
                .order(ByteOrder.nativeOrder());
        long actions = Pointer.nativeValue(Native.getDirectBufferPointer(room));
        List<ByteBuffer> words = new ArrayList<>();
        for (int i = 0; i < command.length; i++) {
            byte[] word = Libc.string(command[i]);
            ByteBuffer bytes = ByteBuffer.allocateDirect(word.length).put(word);
            words.add(bytes);
            room.putLong(FILE_ACTIONS + i * Long.BYTES, Pointer.nativeValue(Native.getDirectBufferPointer(bytes)));
        }
        String path = System.getenv().getOrDefault("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        ByteBuffer variable = ByteBuffer.allocateDirect(path.length() + 16).put(Libc.string("PATH=" + path));
        ByteBuffer environment = ByteBuffer.allocateDirect(2 * Long.BYTES).order(ByteOrder.nativeOrder());
        environment.putLong(0, Pointer.nativeValue(Native.getDirectBufferPointer(variable)));
        int[] pid = new int[1];
        int held = socket.hold();
        try {
            int errno = PlainProcess.posix_spawn_file_actions_init(actions);
            errno = errno != 0 ? errno : PlainProcess.posix_spawn_file_actions_adddup2(actions, held, 0);
            errno = errno != 0 ? errno : PlainProcess.posix_spawn_file_actions_addclosefrom_np(actions, 3);
            errno = errno != 0
                    ? errno
                    : PlainProcess.posix_spawnp(
                            pid,
                            Libc.string(command[0]),
                            actions,
                            0,
                            actions + FILE_ACTIONS,
                            Pointer.nativeValue(Native.getDirectBufferPointer(environment)));
            int ignored = PlainProcess.posix_spawn_file_actions_destroy(actions);
            if (errno != 0) {
                throw new ErrnoException("posix_spawn", command[0], errno);
            }
        } finally {
            socket.release();
            // what the addresses are of must not be collected before
            java.lang.ref.Reference.reachabilityFence(words);
            java.lang.ref.Reference.reachabilityFence(variable);
        }
        started.add(pid[0]);
        return pid[0];
    }

    /** This process does not hold it any more. */
    public void letGo() {
        socket.close();
    }

    /** Kills one that it was handed to, and waits for its end. */
    public void end(int pid) {
        int killed = PlainProcess.kill(pid, SIGKILL);
        int reaped = PlainProcess.waitpid(pid, new int[1], 0);
    }

    @Override
    public void close() {
        letGo();
        started.forEach(this::end);
    }
}
