package dev.watchdog.containers;

import dev.watchdog.docker.ContainerRecord;
import java.io.IOException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where Docker mounts a container's root and what it mounts there, by the rules of its storage drivers (moby
 * daemon/graphdriver/ and daemon/snapshotter/, 1.11 to 29). Only such a path is ever mounted on, whatever a record says.
 *
 * @param rootfs the path, as the engine's own processes see it; empty when it is not watched
 * @param unsupported why it cannot be watched; null when it can, or need not be
 */
record DockerRoot(String rootfs, Layer layer, @Nullable String unsupported) {
    /** Without a group that repeats: that is matched by recursion, and a path of 1,000 names is deeper than the stack. */
    private static final Pattern ABSOLUTE = Pattern.compile("/[^\\p{Cntrl}]+");

    private static final Pattern PATH = Pattern.compile("(?<home>/[^\\p{Cntrl}]+)/(?:"
            + "(?<overlay>overlay2|overlay|fuse-overlayfs)/(?<dir>[0-9a-zA-Z_-]+)/merged"
            + "|devicemapper/mnt/(?<thin>[0-9a-zA-Z_-]+)/rootfs"
            + "|zfs/graph/(?<set>[0-9a-zA-Z_-]+)"
            + "|rootfs/(?<snapshotter>[0-9a-z_-]+)/(?<key>[0-9a-f]{64}))");

    /** What the engine has written of a container's layer; null when there is no such record. */
    @FunctionalInterface
    interface LayerRecords {
        @Nullable String read(String path) throws IOException;
    }

    /** By the engine's API. */
    static DockerRoot of(ContainerRecord record) {
        Map<String, String> graph = record.graph();
        String driver = record.driver();
        return switch (driver) {
            case "overlay2", "overlay", "fuse-overlayfs", "overlayfs", "stargz", "nydus" ->
                graph.containsKey("MergedDir") ? overlay(driver, graph) : snapshot(record);
            case "devicemapper" -> thin(record.dataRoot(), graph.getOrDefault("DeviceName", ""));
            case "zfs" -> dataset(graph);
            case "vfs", "btrfs" ->
                new DockerRoot(
                        "",
                        new Layer.LeftAlone(
                                "the storage driver " + driver + " keeps the root as a directory: no mount to lose"),
                        null);
            default -> unsupported("the storage driver " + driver + " is not watched");
        };
    }

    /**
     * By the path in the runtime's state and the engine's own files.
     *
     * @throws UnprovenException if they do not agree
     */
    static DockerRoot of(String id, String rootfs, LayerRecords records) throws IOException, UnprovenException {
        Matcher path = PATH.matcher(rootfs);
        if (!path.matches() || hasOddParts(rootfs)) {
            return rootfs.contains("/vfs/dir/") || rootfs.contains("/btrfs/subvolumes/")
                    ? new DockerRoot("", new Layer.LeftAlone("its root is a directory: no mount to lose"), null)
                    : unsupported("its storage driver is not watched");
        }
        String home = path.group("home");
        if (path.group("snapshotter") != null) {
            if (!path.group("key").equals(id)) {
                throw new UnprovenException("its rootfs path is that of another container");
            }
            return new DockerRoot(rootfs, new Layer.Snapshot("moby", id), null);
        }
        String overlay = path.group("overlay");
        String driver = overlay != null ? overlay : path.group("thin") != null ? "devicemapper" : "zfs";
        String layer = overlay != null
                ? path.group("dir")
                : path.group("thin") != null ? path.group("thin") : path.group("set");
        String recorded = records.read(home + "/image/" + driver + "/layerdb/mounts/" + id + "/mount-id");
        if (recorded == null || !recorded.strip().equals(layer)) {
            throw new UnprovenException("the engine's layer database does not agree with its rootfs path");
        }
        return switch (driver) {
            case "fuse-overlayfs" -> new DockerRoot(rootfs, new Layer.Fuse(), null);
            case "devicemapper" -> new DockerRoot(rootfs, new Layer.ThinDevice(layer), null);
            case "zfs" -> new DockerRoot(rootfs, new Layer.Dataset(layer), null);
            default -> new DockerRoot(rootfs, new Layer.Overlay(upper(home, driver, layer)), null);
        };
    }

    private static DockerRoot overlay(String driver, Map<String, String> graph) {
        String rootfs = graph.getOrDefault("MergedDir", "");
        String upperDir = graph.getOrDefault("UpperDir", "");
        Matcher path = PATH.matcher(rootfs);
        if (!path.matches() || !driver.equals(path.group("overlay")) || hasOddParts(rootfs)) {
            return unsupported("the rootfs path on its record is not that of a layer of " + driver);
        }
        if (!upperDir.equals(upper(path.group("home"), driver, path.group("dir")))) {
            return unsupported("the rootfs path and the upper directory on its record are not of one layer");
        }
        return new DockerRoot(
                rootfs, driver.equals("fuse-overlayfs") ? new Layer.Fuse() : new Layer.Overlay(upperDir), null);
    }

    private static String upper(String home, String driver, String layer) {
        return home + "/" + driver + "/" + layer + (driver.equals("overlay") ? "/upper" : "/diff");
    }

    private static DockerRoot thin(String dataRoot, String device) {
        Matcher name = Layer.ThinDevice.NAME.matcher(device);
        if (!isClean(dataRoot) || !name.matches()) {
            return unsupported("its record tells no data root, or no thin device of its own");
        }
        return new DockerRoot(
                dataRoot + "/devicemapper/mnt/" + name.group(1) + Layer.ThinDevice.DIRECTORY,
                new Layer.ThinDevice(name.group(1)),
                null);
    }

    private static DockerRoot dataset(Map<String, String> graph) {
        String rootfs = graph.getOrDefault("Mountpoint", "");
        String name = graph.getOrDefault("Dataset", "");
        Matcher path = PATH.matcher(rootfs);
        boolean own = path.matches() && path.group("set") != null && name.endsWith("/" + path.group("set"));
        return own && !hasOddParts(rootfs)
                ? new DockerRoot(rootfs, new Layer.Dataset(path.group("set")), null)
                : unsupported("the mount point and the data set on its record are not of one layer");
    }

    private static DockerRoot snapshot(ContainerRecord record) {
        String rootfs = record.dataRoot() + "/rootfs/" + record.driver() + "/" + record.id();
        return isClean(record.dataRoot())
                ? new DockerRoot(rootfs, new Layer.Snapshot("moby", record.id()), null)
                : unsupported("its record tells no data root");
    }

    private static DockerRoot unsupported(String why) {
        return new DockerRoot("", new Layer.LeftAlone(why), why);
    }

    private static boolean isClean(String path) {
        return ABSOLUTE.matcher(path).matches() && !hasOddParts(path);
    }

    /** An empty part, or one that leads elsewhere than down. */
    private static boolean hasOddParts(String path) {
        for (String part : path.substring(1).split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                return true;
            }
        }
        return false;
    }
}
