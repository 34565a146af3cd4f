package dev.watchdog.journal;

import dev.watchdog.journal.JournalException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Holds a journal's directory for one agent, by a POSIX lock on {@code journal.lock}, which the kernel lets go of when
 * the process dies. The file holds the holder's pid and stays behind: to remove it would race with the next holder.
 *
 * <p>A process loses all its POSIX locks on a file when it closes any descriptor of it (fcntl(2)), so a second attempt
 * in the same process must not even open the file: the directories held here are remembered by device and inode.
 */
final class JournalLock implements AutoCloseable {
    static final String FILE = "journal.lock";

    private static final Set<Object> HELD = ConcurrentHashMap.newKeySet();
    private static final int PID_DIGITS = 20;

    private final Object key;
    private final FileChannel channel;

    private JournalLock(Object key, FileChannel channel) {
        this.key = key;
        this.channel = channel;
    }

    static JournalLock take(Path directory) {
        long self = ProcessHandle.current().pid();
        Object key;
        try {
            key = Objects.requireNonNull(
                    Files.readAttributes(directory, BasicFileAttributes.class).fileKey());
        } catch (IOException e) {
            throw cannot(directory, e);
        }
        if (!HELD.add(key)) {
            throw held(directory, Long.toString(self));
        }
        try {
            return new JournalLock(key, lock(directory, self));
        } catch (RuntimeException e) {
            HELD.remove(key);
            throw e;
        }
    }

    private static FileChannel lock(Path directory, long self) {
        FileChannel channel = null;
        try {
            channel = FileChannel.open(
                    directory.resolve(FILE),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw held(directory, pid(channel));
            }
            channel.truncate(0).write(ByteBuffer.wrap((self + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
            return channel;
        } catch (IOException e) {
            close(channel);
            throw cannot(directory, e);
        } catch (OverlappingFileLockException e) { // by code loaded apart from this class, in this process
            close(channel);
            throw held(directory, Long.toString(self));
        } catch (RuntimeException e) {
            close(channel);
            throw e;
        }
    }

    private static String pid(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(PID_DIGITS);
        channel.read(text, 0);
        String pid = StandardCharsets.US_ASCII.decode(text.flip()).toString().strip();
        return pid.matches("[0-9]+") ? pid : "unknown";
    }

    private static JournalException held(Path directory, String pid) {
        return new JournalException(
                Reason.LOCKED,
                "the journal in " + directory + " is held by another agent, pid " + pid
                        + "; stop that one, or give this one a journal directory of its own");
    }

    private static JournalException cannot(Path directory, IOException e) {
        return new JournalException(
                Reason.UNWRITABLE,
                "cannot lock the journal in " + directory + " (" + e + "); make the directory writable for this user",
                e);
    }

    private static void close(@Nullable FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new IllegalStateException("the journal's lock file cannot be closed", e);
            }
        }
    }

    @Override
    public void close() {
        if (channel.isOpen()) {
            close(channel);
            HELD.remove(key);
        }
    }
}
