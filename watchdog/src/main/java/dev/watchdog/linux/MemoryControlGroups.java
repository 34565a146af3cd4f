package dev.watchdog.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The control groups that limit memory: of the old memory controller where that is mounted, else of the unified hierarchy.
 * Immutable; a reading takes some ten microseconds and does not block.
 */
public final class MemoryControlGroups {
    private static final Pattern NUMBER = Figures.line("(\\d{1,19})");
    private static final Pattern CACHE = Figures.line("(?:in)?active_file (\\d{1,15})");
    private static final Pattern OLD_CACHE = Figures.line("total_(?:in)?active_file (\\d{1,15})");

    /** The old controller says 2^63 less a page for none; no machine has this much. */
    private static final long UNLIMITED = 1L << 60;

    /** Deeper is nobody's: Kubernetes, systemd and libvirt together make ten. */
    private static final int DEEPEST = 32;

    private final @Nullable ControlGroupTree tree;
    private final boolean old;

    private MemoryControlGroups(@Nullable ControlGroupTree tree) {
        this.tree = tree;
        this.old = tree != null && tree.controller() != null;
    }

    /**
     * A control group that has a limit. Bytes.
     *
     * @param limit what it may use: the smaller of {@code memory.max} and {@code memory.high}, or the old controller's
     *     {@code memory.limit_in_bytes}; its soft limit only chooses whom a short host takes from
     * @param used what it uses, without the page cache that would be dropped first
     */
    public record Group(String path, long limit, long used) {}

    /**
     * Finds where they are mounted, by this process's own mounts; a kernel without the memory controller has none.
     *
     * @throws IOException its mounts cannot be read, or show a part of the hierarchy only: its message says which
     */
    public static MemoryControlGroups find(Path proc) throws IOException {
        ControlGroupTree old = ControlGroupTree.find(proc, "memory");
        ControlGroupTree tree = old != null ? old : ControlGroupTree.find(proc, null);
        boolean limits = tree != null && (old != null || hasMemory(tree));
        return new MemoryControlGroups(limits ? tree : null);
    }

    /** False where the kernel has no memory controller: then nothing is limited. */
    public boolean areThere() {
        return tree != null;
    }

    private static boolean hasMemory(ControlGroupTree tree) throws ErrnoException {
        String controllers = Figures.text(tree.mount().resolve("cgroup.controllers"));
        return List.of(controllers.strip().split(" ", -1)).contains("memory");
    }

    /**
     * The path of the control group that a process is in; empty for the root, and where nothing limits memory.
     *
     * @param process its directory in procfs
     * @throws IOException it has gone, or its control group is outside of what this process sees, or too deep
     */
    public String pathOf(Path process) throws IOException {
        String path = tree == null ? "" : tree.pathOf(process);
        if (path.chars().filter(each -> each == '/').count() > DEEPEST) {
            throw new IOException("the control group of " + process + " is deeper than " + DEEPEST + " levels");
        }
        return path;
    }

    /** The paths from a group up to the one below the root, its own first; none for the root, which has no limit. */
    public static List<String> upward(String path) {
        List<String> all = new ArrayList<>();
        String each = path;
        while (!each.isEmpty()) {
            all.add(each);
            each = each.substring(0, each.lastIndexOf('/'));
        }
        return all;
    }

    /**
     * A group and its limit.
     *
     * @return null if it has none
     * @throws IOException it cannot be read, or has gone
     */
    public @Nullable Group read(String path) throws IOException {
        if (tree == null) {
            return null;
        }
        Path group = tree.directory(path);
        long limit = old
                ? limit(group, "memory.limit_in_bytes")
                : Math.min(limit(group, "memory.max"), limit(group, "memory.high"));
        if (limit >= UNLIMITED) {
            return null;
        }
        long usage = number(group.resolve(old ? "memory.usage_in_bytes" : "memory.current"));
        String stat = Figures.text(group.resolve("memory.stat"));
        long cache = Figures.all(old ? OLD_CACHE : CACHE, stat).sum();
        return new Group(path, limit, Math.max(0, usage - cache));
    }

    /** A group to which its parent does not hand the controller down has no file for it, and no limit. */
    private static long limit(Path group, String file) throws IOException {
        Path limit = group.resolve(file);
        try {
            return Figures.text(limit).strip().equals("max") ? Long.MAX_VALUE : number(limit);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOENT && Files.isDirectory(group)) {
                return Long.MAX_VALUE;
            }
            throw e;
        }
    }

    private static long number(Path file) throws IOException {
        OptionalLong number;
        try {
            number = Figures.first(NUMBER, Figures.text(file));
        } catch (NumberFormatException e) {
            number = OptionalLong.empty();
        }
        if (number.isEmpty()) {
            throw new IOException(file + " holds no number that is understood");
        }
        return number.getAsLong();
    }
}
