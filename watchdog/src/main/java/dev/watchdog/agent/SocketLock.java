package dev.watchdog.agent;

import dev.watchdog.linux.OwnedPath;
import dev.watchdog.linux.OwnedPath.NoDirectoryException;
import dev.watchdog.linux.OwnedPath.UntrustedPathException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * One agent on one control socket: a lock on a file beside it, which the kernel lets go of when the process dies. The
 * file holds the holder's pid and stays behind: to remove it would race with the next holder.
 */
final class SocketLock implements AutoCloseable {
    private static final int PID_DIGITS = 20;

    private final FileChannel channel;

    private SocketLock(FileChannel channel) {
        this.channel = channel;
    }

    /** @throws StartException if another agent has the socket, or there can be no file beside it that is safe from others */
    static SocketLock take(Path socket) {
        Path directory = Objects.requireNonNull(socket.getParent());
        Path file = directory.resolve(socket.getFileName() + ".lock");
        try {
            OwnedPath.makeDirectory(directory);
            OwnedPath.requireFile(file);
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (!locked(channel)) {
                String pid = pid(channel);
                channel.close();
                throw new StartException("another agent, pid " + pid + ", has the control socket " + socket
                        + ": stop that one, or give this one a control.socket of its own");
            }
            long self = ProcessHandle.current().pid();
            channel.truncate(0).write(ByteBuffer.wrap((self + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
            return new SocketLock(channel);
        } catch (UntrustedPathException e) {
            throw new StartException("the control socket " + socket + " would not be safe: " + e.getMessage());
        } catch (NoDirectoryException e) {
            throw new StartException("there can be no control socket in " + directory + ": " + e.getMessage()
                    + ", or set control.socket to another");
        } catch (IOException e) {
            throw new StartException("there can be no control socket in " + directory + " (" + e
                    + "): run as root, or set control.socket to a directory that this user may write to");
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private static String pid(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(PID_DIGITS);
        channel.read(text, 0);
        String pid = StandardCharsets.US_ASCII.decode(text.flip()).toString().strip();
        return pid.matches("[0-9]+") ? pid : "unknown";
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
