package dev.watchdog.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A file that one process holds, by a POSIX lock which the kernel lets go of when the process dies. It names the holder
 * and stays behind: to remove it would race with the next holder.
 *
 * <p>A process loses all its POSIX locks on a file when it closes any descriptor of it (fcntl(2)), so a second attempt
 * in the same process must not even open the file: what is held here is remembered, by the directory's device and inode
 * and the file's name. Safe to use from any thread; blocks on the disk alone.
 */
public final class PidFileLock implements AutoCloseable {
    private static final Set<Key> HELD = ConcurrentHashMap.newKeySet();
    private static final Set<FileChannel> KEPT = ConcurrentHashMap.newKeySet();
    private static final int PID_DIGITS = 20;

    private final Key key;
    private final FileChannel channel;

    private record Key(Object directory, String name) {}

    /** Somebody has it. */
    public static final class HeldException extends Exception {
        private static final long serialVersionUID = 1;

        private final String pid;

        HeldException(String pid) {
            super("held by pid " + pid);
            this.pid = pid;
        }

        /** The holder's number as the file tells it; {@code unknown} if it does not. */
        public String pid() {
            return pid;
        }
    }

    private PidFileLock(Key key, FileChannel channel) {
        this.key = key;
        this.channel = channel;
    }

    /**
     * Takes it, and writes this process into it.
     *
     * @param file in a directory that is there; made if it is not there itself
     */
    public static PidFileLock take(Path file) throws IOException, HeldException {
        Path directory = Objects.requireNonNull(file.toAbsolutePath().getParent());
        Object identity = Objects.requireNonNull(
                Files.readAttributes(directory, BasicFileAttributes.class).fileKey());
        Key key = new Key(identity, String.valueOf(file.getFileName()));
        if (!HELD.add(key)) {
            throw new HeldException(self());
        }
        FileChannel channel = null;
        try {
            channel = lock(file);
        } finally {
            if (channel == null) {
                HELD.remove(key);
            }
        }
        return new PidFileLock(key, channel);
    }

    private static FileChannel lock(Path file) throws IOException, HeldException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        boolean taken = false;
        try {
            taken = channel.tryLock() != null;
            if (!taken) {
                throw new HeldException(pid(channel));
            }
            channel.truncate(0).write(ByteBuffer.wrap((self() + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
            return channel;
        } catch (OverlappingFileLockException e) {
            // code that was loaded apart from this class has it: to close this channel would take it from that, and so
            // would the garbage collector
            taken = KEPT.add(channel);
            throw new HeldException(self());
        } finally {
            if (!taken) {
                channel.close();
            }
        }
    }

    private static String self() {
        return Long.toString(ProcessHandle.current().pid());
    }

    private static String pid(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(PID_DIGITS);
        channel.read(text, 0);
        String pid = StandardCharsets.US_ASCII.decode(text.flip()).toString().strip();
        return pid.matches("[0-9]+") ? pid : "unknown";
    }

    /** Lets go of it; the second time nothing. */
    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            channel.close();
            HELD.remove(key);
        }
    }
}
