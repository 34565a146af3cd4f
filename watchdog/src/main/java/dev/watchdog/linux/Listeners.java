package dev.watchdog.linux;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Who listens on a Unix socket. Walks every process's descriptors: tens of milliseconds on a busy host, not for loops. */
public final class Listeners {
    /** __SO_ACCEPTCON of include/linux/net.h, as /proc/net/unix shows it. */
    private static final long LISTENING = 0x10000;

    private Listeners() {}

    /**
     * The processes that hold the listening socket at a path of the agent's own network namespace, lowest pid first.
     * A socket made by systemd is held by pid 1 and by its service: pid 1 is left out when there is another.
     */
    public static List<Integer> of(Path socket) throws IOException {
        byte[] table = Files.readAllBytes(Path.of("/proc/net/unix"));
        Set<Long> inodes = inodes(PathBytes.decode(table, 0, table.length), socket);
        TreeSet<Integer> holders = new TreeSet<>();
        if (!inodes.isEmpty()) {
            try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
                for (Path process : processes) {
                    if (holds(process.resolve("fd"), inodes)) {
                        holders.add(Integer.parseInt(process.getFileName().toString()));
                    }
                }
            }
        }
        if (holders.size() > 1) {
            holders.remove(1);
        }
        return List.copyOf(holders);
    }

    /** Lines of /proc/net/unix: {@code Num: RefCount Protocol Flags Type St Inode Path}. */
    static Set<Long> inodes(String table, Path socket) {
        Set<Long> inodes = new HashSet<>();
        table.lines().skip(1).forEach(line -> {
            String[] field = line.strip().split(" +", 8);
            if (field.length == 8
                    && (Long.parseLong(field[3], 16) & LISTENING) != 0
                    && same(Path.of(field[7]), socket)) {
                inodes.add(Long.parseLong(field[6]));
            }
        });
        return inodes;
    }

    /** /var/run is a symlink on most hosts, and each side may have used its own spelling. */
    private static boolean same(Path bound, Path asked) {
        return bound.equals(asked)
                || (Objects.equals(bound.getFileName(), asked.getFileName())
                        && Objects.equals(directory(bound), directory(asked)));
    }

    private static @Nullable Path directory(Path socket) {
        Path parent = socket.getParent();
        try {
            return parent == null ? null : parent.toRealPath();
        } catch (IOException e) {
            return parent;
        }
    }

    /** A process that has gone, or may not be looked into, holds nothing as far as we can tell. */
    private static boolean holds(Path descriptors, Set<Long> inodes) {
        try (DirectoryStream<Path> links = Files.newDirectoryStream(descriptors)) {
            for (Path link : links) {
                if (isOneOf(link, inodes)) {
                    return true;
                }
            }
            return false;
        } catch (IOException | DirectoryIteratorException e) {
            return false;
        }
    }

    private static boolean isOneOf(Path link, Set<Long> inodes) throws IOException {
        try {
            String target = Files.readSymbolicLink(link).toString();
            return target.startsWith("socket:[")
                    && inodes.contains(Long.parseLong(target.substring("socket:[".length(), target.length() - 1)));
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
