package dev.watchdog.linux;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What /proc told of a process at one moment. Its name and those of its parent and control group prove nothing, for it
 * may have chosen them. One short line each; null when it could not be read any more.
 *
 * @param name at most {@value #LONGEST_NAME} characters
 * @param parent 0 when unknown
 * @param startTime clock ticks from boot to its start, -1 when unknown: with the pid it names a process within a boot
 * @param mountNamespace the inode of the mount namespace it was in; 0 when unknown
 * @param cgroup the path in the unified hierarchy, or in systemd's named one where only that tells more than "/"
 */
public record ProcessClaims(
        @Nullable String name,
        int parent,
        @Nullable String parentName,
        long startTime,
        long mountNamespace,
        @Nullable String cgroup) {
    /** What is told of a process that has gone. */
    public static final ProcessClaims NONE = new ProcessClaims(null, 0, null, -1, 0, null);

    private static final int LONGEST_NAME = 64;
    private static final int LONGEST_CGROUP = 256;
    private static final int MOST_BYTES = 16_384;
    private static final int PARENT = 4;
    private static final int START = 22;

    /** Reads at once, the most telling first; half a millisecond later a short-lived process may have gone. */
    public static ProcessClaims of(int pid) {
        String stat = read(pid, "stat");
        if (stat == null) {
            return NONE;
        }
        long namespace = namespace(pid);
        String cgroups = read(pid, "cgroup");
        int parent = (int) number(stat, PARENT);
        String parents = parent > 0 ? read(parent, "stat") : null;
        return new ProcessClaims(
                name(stat),
                Math.max(0, parent),
                parents == null ? null : name(parents),
                number(stat, START),
                namespace,
                cgroups == null ? null : cgroup(cgroups));
    }

    /** Between the first and the last parenthesis: a name may hold some. */
    private static @Nullable String name(String stat) {
        int from = stat.indexOf('(');
        int to = stat.lastIndexOf(')');
        return from < 0 || to <= from ? null : line(stat.substring(from + 1, to), LONGEST_NAME);
    }

    static @Nullable String cgroup(String lines) {
        String best = null;
        for (String line : List.of(lines.split("\n", -1))) {
            String[] field = line.split(":", 3);
            boolean systemd = field.length == 3 && (field[1].isEmpty() || field[1].equals("name=systemd"));
            if (systemd && (best == null || best.equals("/"))) {
                best = field[2];
            }
        }
        return best == null ? null : line(best, LONGEST_CGROUP);
    }

    private static String line(String text, int longest) {
        String shown = OneLine.of(text);
        return shown.length() <= longest ? shown : shown.substring(0, longest) + "…";
    }

    private static long namespace(int pid) {
        try {
            return Processes.mountNamespace(pid);
        } catch (IOException e) {
            return 0;
        }
    }

    private static long number(String stat, int field) {
        try {
            return Long.parseLong(Processes.statField(stat, field));
        } catch (IOException | NumberFormatException e) {
            return -1;
        }
    }

    private static @Nullable String read(int pid, String file) {
        try (Descriptor open = Descriptor.open(Abi.AT_FDCWD, "/proc/" + pid + "/" + file, 0)) {
            byte[] bytes = ByteReader.all(open, MOST_BYTES);
            return PathBytes.decode(bytes, 0, bytes.length);
        } catch (ErrnoException e) {
            return null;
        }
    }
}
