package dev.watchdog.containerd;

import dev.watchdog.linux.Descriptor;
import dev.watchdog.linux.Pidfd;
import dev.watchdog.linux.RootView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which snapshot a container's root is, by containerd's own records: {@code meta.db} has for each container its
 * snapshotter and the key of its snapshot, and the name of that snapshot below its namespace; the snapshotter's {@code
 * metadata.db} has the number by that name (containerd metadata/buckets.go, snapshots/storage/bolt.go). The number is in
 * the path of an overlay's upper directory and in the name of a thin device.
 *
 * <p>The first file is the one that containerd's process holds open, so no path has to be known. So is the second once
 * containerd has used that snapshotter; until then it is the one beside, which only root can have put there. On a resident
 * thread.
 */
public final class SnapshotRecords {
    private static final String META = "/io.containerd.metadata.v1.bolt/meta.db";
    private static final Pattern SNAPSHOTTER = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");
    private static final String VERSION = "v1";
    /** O_ACCMODE and O_RDWR of fcntl.h. */
    private static final int ACCESS_MODE = 3;

    private static final int READ_AND_WRITE = 2;
    /** Its databases are among the first that it opens. */
    private static final int MOST_DESCRIPTORS = 1 << 16;

    /**
     * A snapshot.
     *
     * @param snapshotter {@code overlayfs}, {@code devmapper}
     * @param number unique with that snapshotter, never used again
     */
    public record Snapshot(String snapshotter, long number) {}

    private SnapshotRecords() {}

    /**
     * The snapshot on record of a container.
     *
     * @param pid containerd's process
     * @return null when the records do not tell one
     * @throws IOException if they cannot be read
     */
    public static @Nullable Snapshot of(int pid, String namespace, String container) throws IOException {
        String snapshotter;
        String name;
        try (BoltFile meta = held(pid, META)) {
            if (meta == null) {
                return null;
            }
            snapshotter = text(meta.value(VERSION, namespace, "containers", container, "snapshotter"));
            String key = text(meta.value(VERSION, namespace, "containers", container, "snapshotKey"));
            if (key == null
                    || snapshotter == null
                    || !SNAPSHOTTER.matcher(snapshotter).matches()) {
                return null;
            }
            name = text(meta.value(VERSION, namespace, "snapshots", snapshotter, key, "name"));
        }
        if (name == null) {
            return null;
        }
        try (BoltFile snapshots = snapshots(pid, metadata(snapshotter))) {
            byte[] number = snapshots == null ? null : snapshots.value(VERSION, "snapshots", name, "id");
            return number == null ? null : new Snapshot(snapshotter, number(number));
        }
    }

    private static String metadata(String snapshotter) {
        return "/io.containerd.snapshotter.v1." + snapshotter + "/metadata.db";
    }

    /** A snapshotter opens its records when they are first asked for, which may be long after containerd has started. */
    private static @Nullable BoltFile snapshots(int pid, String place) throws IOException {
        BoltFile open = held(pid, place);
        return open == null ? besideMeta(pid, place) : open;
    }

    /** In the directory of the records that it holds open, as it sees it itself. */
    private static @Nullable BoltFile besideMeta(int pid, String place) throws IOException {
        Path held = find(pid, META);
        String meta = held == null ? "" : target(held);
        if (held == null || !meta.startsWith("/") || !meta.endsWith(META)) {
            return null;
        }
        try (Pidfd process = Pidfd.open(pid);
                RootView files = RootView.of(process);
                Descriptor seen = files.openOwned(meta)) {
            boolean same =
                    seen != null && Long.valueOf(seen.status().inode()).equals(Files.getAttribute(held, "unix:ino"));
            return same ? BoltFile.owned(files, meta.substring(0, meta.length() - META.length()) + place) : null;
        }
    }

    private static @Nullable BoltFile held(int pid, String place) throws IOException {
        Path found = find(pid, place);
        return found == null ? null : BoltFile.open(found);
    }

    /**
     * The file of that place that the process holds open for reading and writing, as it does its own databases. A
     * container may give a file of its own such a name; containerd comes by that when it unpacks or compares layers, and
     * then it only writes, or only reads.
     */
    private static @Nullable Path find(int pid, String place) throws IOException {
        try (DirectoryStream<Path> links = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
            int looked = 0;
            for (Path link : links) {
                if (target(link).endsWith(place) && isWritten(pid, link.getFileName())) {
                    return link;
                }
                if (++looked == MOST_DESCRIPTORS) {
                    throw new IOException("containerd holds more than " + MOST_DESCRIPTORS + " descriptors");
                }
            }
            return null;
        }
    }

    /** By the flags that it was opened with, in octal: "flags:" of proc_pid_fdinfo(5). */
    private static boolean isWritten(int pid, Path descriptor) throws IOException {
        try (Stream<String> lines =
                Files.lines(Path.of("/proc/" + pid + "/fdinfo").resolve(descriptor))) {
            return lines.filter(line -> line.startsWith("flags:"))
                    .anyMatch(line ->
                            (Long.parseLong(line.substring("flags:".length()).strip(), 8) & ACCESS_MODE)
                                    == READ_AND_WRITE);
        }
    }

    private static String target(Path link) throws IOException {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    private static @Nullable String text(byte @Nullable [] value) {
        return value == null ? null : new String(value, StandardCharsets.UTF_8);
    }

    /** encoding/binary's Uvarint: seven bits at a time, the lowest first. */
    static long number(byte[] bytes) throws IOException {
        long value = 0;
        for (int i = 0; i < Math.min(bytes.length, 9); i++) {
            value |= (long) (bytes[i] & 0x7f) << (7 * i);
            if (bytes[i] >= 0) {
                return value;
            }
        }
        throw new IOException("a snapshot's number is not one");
    }
}
