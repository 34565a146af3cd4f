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
     * for it and holds it as well, as systemd does, is told only when there is nobody else.
     *
     * @return null when there is no such socket or nobody listens on it
     * @throws UntrustedException if it is not proven, with the piece that is missing
     */
    public static @Nullable TrustedProcess of(RootView eyes, String path) throws IOException {
        try (Descriptor file = eyes.followOwned(path)) {
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
        ProcessFacts.Home home = ProcessFacts.Home.own();
        List<TrustedProcess> found = new ArrayList<>();
        // else those that see this very file where they called their socket so
        for (int pid : sockets.isEmpty() ? Listeners.of(eyes, path) : Processes.all()) {
            TrustedProcess trusted =
                    home.mayTrust(pid) && (sockets.isEmpty() || holds(pid, sockets)) ? trusted(pid) : null;
            if (trusted != null) {
                found.add(trusted);
            }
        }
        return found;
    }

    private static @Nullable TrustedProcess trusted(int pid) {
        try {
            return TrustedProcess.prove(pid);
        } catch (IOException e) {
            // it is not, or has ended
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

    /**
     * The oldest, or the oldest that executes another program than that one: it was handed the socket by who made it. A
     * child that was forked to execute something has the socket for a moment too, and still executes the same.
     */
    private static TrustedProcess choose(List<TrustedProcess> holders, String path, UnixPeer peer) throws IOException {
        holders.sort(Comparator.comparing(each -> each.id().startTime()));
        TrustedProcess chosen = holders.stream()
                .filter(each -> executesAnother(each, holders.get(0)))
                .findFirst()
                .orElseGet(() -> holders.isEmpty() ? null : holders.get(0));
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

    private static boolean executesAnother(TrustedProcess one, TrustedProcess other) {
        try {
            return !Files.isSameFile(executable(one), executable(other));
        } catch (IOException e) {
            // one of them has ended
            return false;
        }
    }

    private static Path executable(TrustedProcess process) {
        return Path.of("/proc/" + process.pid() + "/exe");
    }
}
