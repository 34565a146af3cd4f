package dev.watchdog.containers;

import dev.watchdog.containerd.SnapshotRecords;
import dev.watchdog.linux.MountEntry;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the engine has on record of a container's writable layer: what the mount at / of the container's namespace must
 * be, before it is believed to be that container's own root. A container that may mount could have put anything there.
 */
sealed interface Layer {
    /**
     * Why this mount is not that layer; null when it is, or when nothing speaks against it.
     *
     * @param root the mount at / of the container's namespace
     * @param mapperName what device-mapper calls its block device; empty when it is none of its devices
     */
    @Nullable String objection(MountEntry root, String mapperName);

    /** The record names the layer; a record that does not is only believed when the root was seen at its path. */
    boolean isNamed();

    /** What the mount table tells of it is the name that the kernel has of its device, not text of who mounted it. */
    default boolean isNamedByKernel() {
        return false;
    }

    /** Where the engine mounts what the container's root is, or is a directory of. */
    default String mountPoint(String rootfs) {
        return rootfs;
    }

    /**
     * overlay and overlay2: the upper directory is this container's alone.
     *
     * @param upperDir as on the engine's record, absolute
     */
    record Overlay(String upperDir) implements Layer {
        @Override
        public @Nullable String objection(MountEntry root, String mapperName) {
            String wrong = notWhole(root, Set.of("overlay"));
            if (wrong != null) {
                return wrong;
            }
            String upper = root.superOption("upperdir");
            return upper != null && isThis(upper)
                    ? null
                    : "its root's upper directory is not the one on its engine's record";
        }

        /** With many layers the options exceed a page, and the engine mounts by paths relative to its home. */
        private boolean isThis(String mounted) {
            return !mounted.isEmpty()
                    && (mounted.startsWith("/") ? mounted.equals(upperDir) : upperDir.endsWith("/" + mounted));
        }

        @Override
        public boolean isNamed() {
            return true;
        }
    }

    /**
     * Docker's devicemapper: a thin device of this container's alone, whose directory {@value #DIRECTORY} is its root.
     *
     * @param id of the layer, which ends the name of its device
     */
    record ThinDevice(String id) implements Layer {
        /** moby daemon/graphdriver/devmapper/driver.go, up to 24.0. */
        static final String DIRECTORY = "/rootfs";

        /** {@code docker-<major>:<minor>-<inode>-<layer>}: the first three tell the engine's directory. */
        static final Pattern NAME = Pattern.compile("docker-\\d+:\\d+-\\d+-([0-9a-zA-Z_-]+)");

        /** What dm.fs may be; each has the number of its block device for st_dev. */
        private static final Set<String> TYPES = Set.of("ext4", "xfs");

        @Override
        public @Nullable String objection(MountEntry root, String mapperName) {
            if (!TYPES.contains(root.type()) || !root.root().equals(DIRECTORY)) {
                return "its root is " + root.type() + " " + root.root() + ", not " + DIRECTORY + " of an ext4 or xfs";
            }
            Matcher name = NAME.matcher(mapperName);
            return name.matches() && name.group(1).equals(id)
                    ? null
                    : "its root's device is not the one on its engine's record";
        }

        @Override
        public boolean isNamed() {
            return true;
        }

        @Override
        public boolean isNamedByKernel() {
            return true;
        }

        @Override
        public String mountPoint(String rootfs) {
            return rootfs.endsWith(DIRECTORY) ? rootfs.substring(0, rootfs.length() - DIRECTORY.length()) : rootfs;
        }
    }

    /**
     * zfs: a data set of this container's alone.
     *
     * @param id of the layer, which ends the name of its data set
     */
    record Dataset(String id) implements Layer {
        @Override
        public @Nullable String objection(MountEntry root, String mapperName) {
            String wrong = notWhole(root, Set.of("zfs"));
            if (wrong != null) {
                return wrong;
            }
            return root.source().endsWith("/" + id)
                    ? null
                    : "its root's data set is not the one on its engine's record";
        }

        @Override
        public boolean isNamed() {
            return true;
        }
    }

    /** fuse-overlayfs: the kernel knows nothing of its directories. */
    record Fuse() implements Layer {
        @Override
        public @Nullable String objection(MountEntry root, String mapperName) {
            return notWhole(root, Set.of("fuse.fuse-overlayfs", "fuse"));
        }

        @Override
        public boolean isNamed() {
            return false;
        }
    }

    /**
     * A snapshot of containerd's: which one, its own records tell.
     *
     * @param namespace of containerd: {@code moby}, {@code k8s.io}
     * @param key what the snapshot is called there
     */
    record Snapshot(String namespace, String key) implements Layer {
        private static final Set<String> TYPES = Set.of("overlay", "fuse.fuse-overlayfs", "ext4", "xfs", "zfs");

        @Override
        public @Nullable String objection(MountEntry root, String mapperName) {
            return notWhole(root, TYPES);
        }

        @Override
        public boolean isNamed() {
            return false;
        }

        /** Its root is this snapshot, which containerd has on record: its overlay's upper directory, or its thin device. */
        static boolean isThis(SnapshotRecords.Snapshot recorded, MountEntry root, String mapperName) {
            String upper = root.type().equals("overlay") ? root.superOption("upperdir") : null;
            return upper != null
                    ? upper.endsWith("/io.containerd.snapshotter.v1." + recorded.snapshotter() + "/snapshots/"
                            + recorded.number() + "/fs")
                    : recorded.snapshotter().equals("devmapper") && mapperName.endsWith("-snap-" + recorded.number());
        }
    }

    /**
     * Recognised and left alone.
     *
     * @param why for people: there is no mount to lose, or it is not ours to touch
     */
    record LeftAlone(String why) implements Layer {
        @Override
        public String objection(MountEntry root, String mapperName) {
            return why;
        }

        @Override
        public boolean isNamed() {
            return false;
        }
    }

    private static @Nullable String notWhole(MountEntry root, Set<String> types) {
        if (!root.root().equals("/")) {
            return "its root is the directory " + root.root() + " of a file system, not a file system's root";
        }
        return types.contains(root.type())
                ? null
                : "its root is " + root.type() + ", not "
                        + String.join(" or ", types.stream().sorted().toList());
    }
}
