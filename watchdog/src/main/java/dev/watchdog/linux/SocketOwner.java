package dev.watchdog.linux;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the process that serves a Unix socket and proves that it is root's. The way to the socket's file is one that only
 * root can have led; whoever called listen(2) on that very file was root, as the kernel tells of a connection to it; and
 * who holds the listening socket now is a {@link TrustedProcess}. What anybody called a socket is not asked.
 *
 * <p>Looks at every process of root's: tens of milliseconds on a busy host, not for loops. On a resident thread.
 */
public final class SocketOwner {
    private static final int FIRST_PROCESS = 1;

    private SocketOwner() {}

    /** As {@link #of(RootView, String)}, for a path of the agent's own. */
    public static @Nullable TrustedProcess of(String path) throws IOException {
        try (Pidfd self = Pidfd.open((int) ProcessHandle.current().pid());
                RootView eyes = RootView.of(self)) {
            return of(eyes, path);
        }
    }

    /**
     * The process that serves the socket at a path as another process knows it; the caller closes it. Who made the socket
     * for it and holds it as well, as systemd does, is only told when there is nobody else.
     *
     * @return null when there is no such socket or nobody listens on it
     * @throws UntrustedException if it is not proven, with the piece that is missing
     */
    public static @Nullable TrustedProcess of(RootView eyes, String path) throws IOException {
        try (Descriptor file = eyes.openOwned(path)) {
            if (file == null) {
                return null;
            }
            FileStatus status = file.status();
            if (!status.isSocket()) {
                throw new UntrustedException(path + " is not a socket");
            }
            UnixPeer peer = UnixPeer.of(file);
            if (peer == null) {
                return null;
            }
            if (!peer.isBusy() && peer.uid() != 0) {
                throw new UntrustedException(
                        "user " + Integer.toUnsignedString(peer.uid()) + " listens on " + path + ", not root");
            }
            return choose(holders(eyes, path, status, peer), path, peer);
        }
    }

    /** Those of root's processes that hold the listening socket of that file. */
    private static List<TrustedProcess> holders(RootView eyes, String path, FileStatus file, UnixPeer peer)
            throws IOException {
        Set<Long> sockets = UnixDiag.listening(file, peer.pid());
        List<TrustedProcess> found = new ArrayList<>();
        // else those that see this very file where they called their socket so
        for (int pid : sockets.isEmpty() ? Listeners.of(eyes, path) : Processes.all()) {
            TrustedProcess trusted = trusted(pid);
            if (trusted != null && (sockets.isEmpty() || holds(pid, sockets))) {
                found.add(trusted);
            } else if (trusted != null) {
                trusted.close();
            }
        }
        return found;
    }

    /** Null when it is not, or has ended. Most processes are not root's, which is told by one file. */
    private static @Nullable TrustedProcess trusted(int pid) {
        try {
            return Processes.user(pid) == 0 ? TrustedProcess.prove(pid) : null;
        } catch (IOException e) {
            return null;
        }
    }

    private static boolean holds(int pid, Set<Long> sockets) {
        try (DirectoryStream<Path> links = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
            for (Path link : links) {
                if (sockets.contains(socket(link))) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // it ended while it was looked at
            return false;
        }
        return false;
    }

    /** 0 of what is no socket, or was closed meanwhile. */
    private static long socket(Path link) throws IOException {
        try {
            String target = Files.readSymbolicLink(link).toString();
            return target.startsWith("socket:[") ? Processes.inode(target) : 0;
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    private static TrustedProcess choose(List<TrustedProcess> holders, String path, UnixPeer peer) throws IOException {
        TrustedProcess chosen = holders.stream()
                .min(Comparator.comparing((TrustedProcess each) -> each.pid() == FIRST_PROCESS)
                        .thenComparing(each -> !executesAnother(each, peer))
                        .thenComparing(each -> each.pid() != peer.pid())
                        .thenComparing(each -> each.id().startTime()))
                .orElse(null);
        holders.stream().filter(each -> each != chosen).forEach(TrustedProcess::close);
        if (chosen != null) {
            return chosen;
        }
        if (peer.pid() > 0) {
            // for what is wrong with it
            TrustedProcess.prove(peer.pid()).close();
        }
        throw new UntrustedException("no process that is proven to be root's holds the socket " + path);
    }

    /**
     * It is not who called listen(2), but was handed the socket: executes another program. A child that was forked to
     * execute something has the socket for a moment too, and executes the same.
     */
    private static boolean executesAnother(TrustedProcess process, UnixPeer peer) {
        try {
            return process.pid() != peer.pid() && !Files.isSameFile(executable(process.pid()), executable(peer.pid()));
        } catch (IOException e) {
            // who called listen(2) has ended, or may not be looked into
            return false;
        }
    }

    private static Path executable(int pid) {
        return Path.of("/proc/" + pid + "/exe");
    }
}
