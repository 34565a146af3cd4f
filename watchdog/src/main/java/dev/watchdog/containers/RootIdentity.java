package dev.watchdog.containers;

import dev.watchdog.linux.FileStatus;
import dev.watchdog.linux.MountAttributes;
import dev.watchdog.linux.MountEntry;

/**
 * What a container's root is: a directory of a file system, and how its engine has mounted it. Found once, when the
 * container is first seen; see {@link RootProof}.
 *
 * @param root device and inode; a clone of the mount has the same, a second overlay on the same directories has not
 * @param mount the mount it is the root of, in the container's own namespace. Its options and its propagation are the
 *     container's to choose, if it may mount
 * @param mapperName what device-mapper calls its block device; empty when it is none of its devices
 * @param attributes what its engine's own mount has; what the kernel gives by itself when that was never seen
 * @param marked the inode is marked, so that it is recognised when both its numbers are another's
 */
record RootIdentity(FileStatus root, MountEntry mount, String mapperName, MountAttributes attributes, boolean marked) {
    /** What device-mapper calls a block device, by its number; empty for others. */
    @FunctionalInterface
    interface MapperNames {
        String of(int major, int minor);
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
