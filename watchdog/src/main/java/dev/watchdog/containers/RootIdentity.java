package dev.watchdog.containers;

import dev.watchdog.linux.FileStatus;
import dev.watchdog.linux.MountEntry;
import dev.watchdog.linux.MountTable;
import java.util.List;

/**
 * What a container's root is: the file at "/" of its mount namespace. Read once, when the container is first seen, by a
 * thread that entered the namespace, because what {@code /proc/<pid>/root} shows is the container's to choose.
 *
 * @param root device and inode; a clone of the mount has the same, a second overlay on the same directories has not
 * @param mount the mount it is the root of
 * @param mapperName what device-mapper calls its block device; empty when it is none of its devices
 */
record RootIdentity(FileStatus root, MountEntry mount, String mapperName) {
    /** @throws UnprovenException if the table does not tell of it */
    static RootIdentity of(FileStatus root, MountTable table, MapperNames names) throws UnprovenException {
        MountEntry mount = table.byId(root.mountId());
        if (mount == null) {
            throw new UnprovenException("the mount at / of its namespace is not in the mount table");
        }
        return new RootIdentity(root, mount, names.of(mount.major(), mount.minor()));
    }

    /** What device-mapper calls a block device, by its number; empty for others. */
    @FunctionalInterface
    interface MapperNames {
        String of(int major, int minor);
    }

    /** The container sees its root read-only; what its engine mounted was not. */
    boolean readOnly() {
        return List.of(mount.options().split(",", -1)).contains("ro");
    }

    /** Its root is a directory of what its engine mounted: a copy of the mount would not be what was lost. */
    boolean isSubdirectory() {
        return !mount.root().equals("/");
    }

    /** Where its engine mounts what its root is on. */
    String mountPoint(String rootfs) {
        return isSubdirectory() && rootfs.endsWith(mount.root())
                ? rootfs.substring(0, rootfs.length() - mount.root().length())
                : rootfs;
    }
}
