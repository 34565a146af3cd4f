package dev.watchdog.linux;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Who listens on a Unix socket. Walks every process's descriptors: tens of milliseconds on a busy host, not for loops. */
public final class Listeners {
    /** __SO_ACCEPTCON of include/linux/net.h, as /proc/net/unix shows it. */
    private static final long LISTENING = 0x10000;

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
        byte[] table = Files.readAllBytes(Path.of("/proc/net/unix"));
        Map<Long, String> named = named(PathBytes.decode(table, 0, table.length), leaf(socket));
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

    /** The listening ones, by inode; lines of /proc/net/unix: {@code Num: RefCount Protocol Flags Type St Inode Path}. */
    static Map<Long, String> named(String table, String leaf) {
        Map<Long, String> named = new HashMap<>();
        table.lines().skip(1).forEach(line -> {
            String[] field = line.strip().split(" +", 8);
            if (field.length == 8
                    && (Long.parseLong(field[3], 16) & LISTENING) != 0
                    && field[7].startsWith("/")
                    && leaf(field[7]).equals(leaf)) {
                named.put(Long.parseLong(field[6]), field[7]);
            }
        });
        return named;
    }

    private static String leaf(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
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
