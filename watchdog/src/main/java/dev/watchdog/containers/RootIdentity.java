package dev.watchdog.containers;

import dev.watchdog.linux.FileStatus;
import dev.watchdog.linux.MountEntry;
import dev.watchdog.linux.MountTable;

/**
 * What a container's root is: the file at "/" of its mount namespace. Read once, when the container is first seen, by a
 * thread that entered the namespace, because what {@code /proc/<pid>/root} shows is the container's to choose.
 *
 * @param root device and inode; a clone of the mount has the same, a second overlay on the same directories has not
 * @param readOnly the container sees its root read-only; what its engine mounted was not
 */
record RootIdentity(FileStatus root, boolean readOnly) {
    /**
     * Agrees what was seen with the engine's record.
     *
     * @throws UnprovenException if it is not that container's own overlay
     */
    static RootIdentity agreed(FileStatus root, MountTable table, RunningContainer container) throws UnprovenException {
        MountEntry mount = table.byId(root.mountId());
        if (mount == null) {
            throw new UnprovenException("the mount at / of its namespace is not in the mount table");
        }
        if (!mount.type().equals("overlay") || !mount.root().equals("/")) {
            throw new UnprovenException("its root is " + mount.type() + " " + mount.root() + ", not an overlay's root");
        }
        String upper = mount.superOption("upperdir");
        if (upper == null || !sameLayer(upper, container.upperDir())) {
            throw new UnprovenException("its root's upper directory is not the one on its engine's record");
        }
        return new RootIdentity(root, has(mount.options(), "ro"));
    }

    /** The engine may have mounted by paths relative to its home: the layer's own name is what counts, it is random. */
    private static boolean sameLayer(String mounted, String recorded) {
        return !tail(recorded).isEmpty() && tail(mounted).equals(tail(recorded));
    }

    /** {@code <mount id>/diff}. */
    private static String tail(String path) {
        int last = path.lastIndexOf('/');
        int before = last < 1 ? -1 : path.lastIndexOf('/', last - 1);
        return last < 1 ? "" : path.substring(before + 1);
    }

    private static boolean has(String options, String option) {
        return java.util.List.of(options.split(",", -1)).contains(option);
    }
}
