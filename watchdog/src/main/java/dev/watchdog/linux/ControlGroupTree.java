package dev.watchdog.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A mounted hierarchy of control groups: the unified one (Documentation/admin-guide/cgroup-v2.rst), or that of an old
 * controller (cgroup-v1/cgroups.rst). Immutable.
 *
 * @param mount where its root is mounted
 * @param controller the old controller's name; null for the unified hierarchy
 */
record ControlGroupTree(Path mount, @Nullable String controller) {
    /**
     * The first that is mounted whole, by this process's own mounts.
     *
     * @param controller the old controller's name; null for the unified hierarchy
     * @return null if there is none
     * @throws IOException its mounts cannot be read, or show a part of the hierarchy only: its message says which
     */
    static @Nullable ControlGroupTree find(Path proc, @Nullable String controller) throws IOException {
        MountEntry part = null;
        for (MountEntry mount : mounts(proc)) {
            boolean fits = controller == null
                    ? mount.type().equals("cgroup2")
                    : mount.type().equals("cgroup")
                            && List.of(mount.superOptions().split(",", -1)).contains(controller);
            if (fits && mount.root().equals("/")) {
                return new ControlGroupTree(Path.of(mount.mountPoint()), controller);
            }
            part = fits ? mount : part;
        }
        if (part != null) {
            throw new IOException(OneLine.of(part.mountPoint()) + " shows only " + OneLine.of(part.root())
                    + " of the control groups");
        }
        return null;
    }

    private static List<MountEntry> mounts(Path proc) throws ErrnoException {
        Path file = proc.resolve("self/mountinfo");
        try (Descriptor open = Descriptor.open(Abi.AT_FDCWD, file.toString(), 0)) {
            return MountTable.read(open, MountFilter.controlGroups()).entries();
        }
    }

    /** The directory of a group. */
    Path directory(String path) {
        return path.isEmpty() ? mount : mount.resolve(path.substring(1));
    }

    /**
     * The path of the group that a process is in; empty for the root.
     *
     * @param process its directory in procfs
     * @throws IOException it has gone, or its group is outside of what this process sees
     */
    String pathOf(Path process) throws IOException {
        for (String line : Figures.text(process.resolve("cgroup")).split("\n", -1)) {
            String[] field = line.split(":", 3);
            if (field.length == 3 && isMine(field[0], field[1])) {
                return inside(field[2]);
            }
        }
        throw new IOException(process + "/cgroup does not tell its control group");
    }

    private boolean isMine(String hierarchy, String controllers) {
        return controller == null
                ? hierarchy.equals("0") && controllers.isEmpty()
                : List.of(controllers.split(",", -1)).contains(controller);
    }

    private static String inside(String path) throws IOException {
        if (!OneLine.of(path).equals(path)) {
            throw new IOException("the control group " + OneLine.of(path) + " has a name that nobody means");
        }
        if (!path.startsWith("/") || path.startsWith("/..")) {
            throw new IOException(
                    "the control group " + OneLine.of(path) + " is outside of what can be seen from here");
        }
        return path.length() == 1 ? "" : path;
    }
}
