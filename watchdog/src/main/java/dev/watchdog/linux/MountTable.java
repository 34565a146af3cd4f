package dev.watchdog.linux;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The mounts of one namespace that were asked for, at one time. The kernel hands mountinfo out in pieces, so a mount that
 * changes while it is read may be missing or old.
 *
 * @param oddLines lines that were not understood, or longer than {@value #LONGEST_LINE} bytes, and left out
 */
public record MountTable(List<MountEntry> entries, int oddLines) {
    /** An overlay's options have a few hundred bytes for each of at most 500 layers (OVL_MAX_STACK); usually 600 in all. */
    static final int LONGEST_LINE = 1 << 17;

    /** 100,000 mounts of paths that are somewhat long; nothing of what is not wanted is kept. */
    static final long MOST_BYTES = 256 << 20;

    /**
     * As a process sees it: only what is below its own root, which it may have changed. May block; not for resident
     * threads away from home.
     *
     * @throws IOException if the process has gone, or what was asked for is not found within the limits
     */
    public static MountTable of(int pid, MountFilter filter) throws IOException {
        try (Descriptor file = Descriptor.open(Abi.AT_FDCWD, "/proc/" + pid + "/mountinfo", 0)) {
            return read(file, filter);
        }
    }

    static MountTable read(Descriptor mountinfo, MountFilter filter) throws ErrnoException {
        Reading reading = new Reading(filter);
        ReadLimits limits = new ReadLimits(LONGEST_LINE, MOST_BYTES, filter.time());
        int passedOver = ByteReader.lines(mountinfo, limits, reading::line);
        if (reading.tooMany) {
            throw new ErrnoException(
                    "keep more than " + filter.most() + " mounts that may be meant in", mountinfo, Errno.EOVERFLOW);
        }
        return reading.table(passedOver);
    }

    /** A whole table, as it stands in mountinfo. */
    public static MountTable parse(byte[] mountinfo) {
        Reading reading = new Reading(MountFilter.every());
        LineCutter cutter = new LineCutter(LONGEST_LINE, reading::line);
        boolean ignored = cutter.feed(mountinfo, mountinfo.length);
        cutter.finish();
        return reading.table(cutter.passedOver());
    }

    /** Keeps what is wanted of a table. */
    private static final class Reading {
        private final MountFilter filter;
        private final List<MountEntry> entries = new ArrayList<>();
        private int odd;
        private boolean tooMany;

        Reading(MountFilter filter) {
            this.filter = filter;
        }

        boolean line(byte[] bytes, int from, int to) {
            if (from == to || !filter.wants(bytes, from, to)) {
                return true;
            }
            MountEntry entry = MountTable.line(PathBytes.decode(bytes, from, to));
            if (entry == null) {
                odd++;
                return true;
            }
            tooMany = entries.size() == filter.most();
            if (!tooMany) {
                entries.add(entry);
            }
            return !tooMany && !(filter.isEnough() && entries.size() == filter.most());
        }

        MountTable table(int passedOver) {
            return new MountTable(List.copyOf(entries), odd + passedOver);
        }
    }

    public @Nullable MountEntry byId(long id) {
        for (MountEntry entry : entries) {
            if (entry.id() == id) {
                return entry;
            }
        }
        return null;
    }

    /**
     * The mount that a path without symlinks leads to, by going down the tree as the kernel does: what was mounted on
     * top hides what is below.
     *
     * @return null if the table does not tell: nothing is mounted at "/" of the process that was asked
     */
    public @Nullable MountEntry holding(String path) {
        MountEntry here = null;
        for (MountEntry entry : entries) {
            if (entry.mountPoint().equals("/") && (entry.parent() == entry.id() || byId(entry.parent()) == null)) {
                here = entry;
            }
        }
        MountEntry next = here;
        while (next != null) {
            here = next;
            next = mountedOn(here.id()).stream()
                    .filter(child -> contains(child.mountPoint(), path))
                    .min(Comparator.comparingInt(child -> child.mountPoint().length()))
                    .orElse(null);
        }
        return here;
    }

    static boolean contains(String mountPoint, String path) {
        return mountPoint.equals("/") || path.equals(mountPoint) || path.startsWith(mountPoint + "/");
    }

    /** What is mounted on a mount, or anywhere directly below it. */
    public List<MountEntry> mountedOn(long id) {
        return entries.stream().filter(e -> e.parent() == id && e.id() != id).toList();
    }

    /** Fields: id parent major:minor root mountpoint options [optional ...] - type source superoptions. */
    private static @Nullable MountEntry line(String line) {
        String[] field = line.split(" ", -1);
        int dash = 6;
        while (dash < field.length && !field[dash].equals("-")) {
            dash++;
        }
        if (dash + 3 >= field.length) {
            return null;
        }
        int colon = field[2].indexOf(':');
        try {
            return new MountEntry(
                    Long.parseLong(field[0]),
                    Long.parseLong(field[1]),
                    Integer.parseInt(field[2].substring(0, colon)),
                    Integer.parseInt(field[2].substring(colon + 1)),
                    unescape(field[3]),
                    unescape(field[4]),
                    field[5],
                    String.join(" ", List.of(field).subList(6, dash)),
                    unescape(field[dash + 1]),
                    unescape(field[dash + 2]),
                    field[dash + 3]);
        } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
            return null;
        }
    }

    /** Undoes the kernel's {@code \ooo} (seq_escape); escaped bytes are ASCII. Anything else stays as it is. */
    static String unescape(String text) {
        int slash = text.indexOf('\\');
        if (slash < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length()).append(text, 0, slash);
        for (int i = slash; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && octal(text, i + 1, '1') && octal(text, i + 2, '7') && octal(text, i + 3, '7')) {
                c = (char) Integer.parseInt(text.substring(i + 1, i + 4), 8);
                i += 3;
            }
            out.append(c);
        }
        return out.toString();
    }

    /** As the kernel writes it there (show_mountinfo). */
    static String escape(String path) {
        return path.replace("\\", "\\134")
                .replace(" ", "\\040")
                .replace("\t", "\\011")
                .replace("\n", "\\012");
    }

    private static boolean octal(String text, int at, char highest) {
        return at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= highest;
    }
}
