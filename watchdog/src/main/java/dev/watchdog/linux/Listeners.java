package dev.watchdog.linux;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Who listens on a Unix socket. Walks every process's descriptors: tens of milliseconds on a busy host, not for loops. */
public final class Listeners {
    private Listeners() {}

    /**
     * The processes that hold the listening socket at a path of the agent's own, lowest pid first. A socket made by
     * systemd is held by pid 1 and by its service: pid 1 is left out when there is another.
     */
    public static List<Integer> of(Path socket) throws IOException {
        try (Pidfd self = Pidfd.open((int) ProcessHandle.current().pid());
                RootView eyes = RootView.of(self)) {
            return of(eyes, Files.exists(socket) ? socket.toRealPath().toString() : socket.toString());
        }
    }

    /**
     * As {@link #of(Path)}, for a path that another process knows it by. /proc/net/unix tells only what its owner called
     * the socket when it was made, which means another file for a process with another root, and is anybody's to
     * choose; so who holds one of that name must also see this very file there.
     */
    public static List<Integer> of(RootView eyes, String socket) throws IOException {
        FileStatus file = eyes.look(socket);
        if (file == null) {
            return List.of();
        }
        Map<Long, String> named = UnixSocketTable.listening(socket.substring(socket.lastIndexOf('/') + 1));
        TreeSet<Integer> holders = new TreeSet<>();
        if (!named.isEmpty()) {
            try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
                for (Path process : processes) {
                    int pid = Integer.parseInt(process.getFileName().toString());
                    for (long held : held(process.resolve("fd"), named.keySet())) {
                        if (sees(pid, named.getOrDefault(held, ""), file)) {
                            holders.add(pid);
                        }
                    }
                }
            }
        }
        if (holders.size() > 1) {
            holders.remove(1);
        }
        return List.copyOf(holders);
    }

    private static boolean sees(int pid, String path, FileStatus file) {
        try (Pidfd process = Pidfd.open(pid);
                RootView eyes = RootView.of(process)) {
            FileStatus found = eyes.look(path);
            return found != null && found.sameFile(file);
        } catch (IOException e) {
            return false;
        }
    }

    /** A process that has gone, or may not be looked into, holds nothing as far as we can tell. */
    private static Set<Long> held(Path descriptors, Set<Long> inodes) {
        Set<Long> held = new HashSet<>();
        try (DirectoryStream<Path> links = Files.newDirectoryStream(descriptors)) {
            for (Path link : links) {
                Long inode = socket(link);
                if (inode != null && inodes.contains(inode)) {
                    held.add(inode);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return held;
        }
        return held;
    }

    private static @Nullable Long socket(Path link) throws IOException {
        try {
            String target = Files.readSymbolicLink(link).toString();
            return target.startsWith("socket:[")
                    ? Long.valueOf(target.substring("socket:[".length(), target.length() - 1))
                    : null;
        } catch (NoSuchFileException e) {
            return null;
        }
    }
}
