package dev.watchdog.agent;

import dev.watchdog.linux.OwnedPath;
import dev.watchdog.linux.OwnedPath.NoDirectoryException;
import dev.watchdog.linux.OwnedPath.UntrustedPathException;
import dev.watchdog.linux.PidFileLock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/** One agent on one control socket, by a lock on a file beside it. */
final class SocketLock implements AutoCloseable {
    private final PidFileLock lock;

    private SocketLock(PidFileLock lock) {
        this.lock = lock;
    }

    /** @throws StartException if another agent has the socket, or there can be no file beside it that is safe from others */
    static SocketLock take(Path socket) {
        Path directory = Objects.requireNonNull(socket.getParent());
        Path file = directory.resolve(socket.getFileName() + ".lock");
        try {
            OwnedPath.makeDirectory(directory);
            OwnedPath.requireFile(file);
            return new SocketLock(PidFileLock.take(file));
        } catch (PidFileLock.HeldException e) {
            throw new StartException("another agent, pid " + e.pid() + ", has the control socket " + socket
                    + ": stop that one, or give this one a control.socket of its own");
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

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
