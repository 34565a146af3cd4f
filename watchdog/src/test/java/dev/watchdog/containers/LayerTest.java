package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.containerd.SnapshotRecords;
import dev.watchdog.linux.FileStatus;
import dev.watchdog.linux.MountAttributes;
import dev.watchdog.linux.MountEntry;
import dev.watchdog.linux.MountTable;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayerTest {
    private static final FileStatus ROOT = new FileStatus(0, 44, 5, 77, true, 040755);
    private static final String POOL = "docker-254:0-11511-";

    private static RootIdentity identity(String line, String mapperName) {
        MountTable table = MountTable.parse((line + "\n").getBytes(StandardCharsets.UTF_8));
        MountEntry mount = Objects.requireNonNull(table.byId(ROOT.mountId()));
        return new RootIdentity(ROOT, mount, mapperName, MountAttributes.DEFAULT, true);
    }

    private static @Nullable String objection(Layer layer, String line) {
        return objection(layer, line, "");
    }

    private static @Nullable String objection(Layer layer, String line, String mapperName) {
        RootIdentity identity = identity(line, mapperName);
        return layer.objection(identity.mount(), identity.mapperName());
    }

    @Test
    void anOverlayIsItsOwnHoweverTheEngineWroteThePath() {
        Layer layer = new Layer.Overlay("/d/overlay2/L1/diff");
        assertThat(objection(layer, "77 1 0:44 / / rw - overlay overlay rw,upperdir=/d/overlay2/L1/diff,workdir=/w"))
                .isNull();
        assertThat(objection(layer, "77 1 0:44 / / ro,relatime - overlay overlay rw,upperdir=L1/diff"))
                .isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "77 1 8:1 / / rw - ext4 /dev/sda1 rw; is ext4, not overlay",
                "77 1 0:44 /etc / rw - overlay overlay rw,upperdir=/d/overlay2/L1/diff; not a file system's root",
                "77 1 0:44 / / rw - overlay overlay rw,upperdir=/d/overlay2/L2/diff; upper directory",
                "77 1 0:44 / / rw - overlay overlay rw,upperdir=/e/overlay2/L1/diff; upper directory",
                "77 1 0:44 / / rw - overlay overlay rw,upperdir=1/diff; upper directory",
                "77 1 0:44 / / rw - overlay overlay rw,upperdir=; upper directory",
                "77 1 0:44 / / rw - overlay overlay rw,lowerdir=/l; upper directory",
            })
    void anOverlayIsNotProvedBy(String line, String why) {
        assertThat(objection(new Layer.Overlay("/d/overlay2/L1/diff"), line)).contains(why);
    }

    @Test
    void aRecordWithoutAnUpperDirectoryProvesNothing() {
        assertThat(objection(new Layer.Overlay(""), "77 1 0:44 / / rw - overlay overlay rw,upperdir="))
                .isNotNull();
    }

    @Test
    void aThinDeviceIsKnownByItsNumberNotByWhatItWasMountedAs() {
        Layer layer = new Layer.ThinDevice("4f1e");
        String line = "77 1 253:1 /rootfs / rw - ext4 /dev/mapper/" + POOL + "4f1e rw";
        assertThat(objection(layer, line, POOL + "4f1e")).isNull();
        assertThat(objection(layer, line, POOL + "5a5a")).contains("device");
        assertThat(objection(layer, line, "vg-4f1e")).contains("device");
        assertThat(objection(layer, line, "")).contains("device");
        assertThat(objection(layer, "77 1 253:1 /rootfs/x / rw - ext4 /dev/dm-1 rw", POOL + "4f1e"))
                .contains("not /rootfs");
        assertThat(objection(layer, "77 1 253:1 /rootfs / rw - btrfs /dev/dm-1 rw", POOL + "4f1e"))
                .contains("btrfs");
    }

    @Test
    void theMountOfAThinDeviceIsAboveItsRoot() {
        String rootfs = "/d/devicemapper/mnt/4f1e/rootfs";
        RootIdentity identity = identity("77 1 253:1 /rootfs / ro,relatime - xfs /dev/dm-1 rw", "");
        assertThat(identity.isSubdirectory()).isTrue();
        assertThat(identity.mountPoint(rootfs)).isEqualTo("/d/devicemapper/mnt/4f1e");
        assertThat(identity("77 1 0:44 / / rw - overlay o rw", "").mountPoint(rootfs))
                .isEqualTo(rootfs);
    }

    @Test
    void aDataSetIsKnownByItsOwnName() {
        Layer layer = new Layer.Dataset("9c0d");
        assertThat(objection(layer, "77 1 0:50 / / rw - zfs tank/docker/9c0d rw,xattr"))
                .isNull();
        assertThat(objection(layer, "77 1 0:50 / / rw - zfs tank/docker/x9c0d rw"))
                .contains("data set");
        assertThat(objection(layer, "77 1 0:50 / / rw - overlay tank/docker/9c0d rw"))
                .contains("overlay");
    }

    @Test
    void whatNothingNamesHasToBeSeenAtItsPath() {
        assertThat(new Layer.Fuse().isNamed()).isFalse();
        assertThat(new Layer.Snapshot("moby", "a").isNamed()).isFalse();
        assertThat(objection(new Layer.Fuse(), "77 1 0:60 / / rw - fuse.fuse-overlayfs fuse-overlayfs rw"))
                .isNull();
        assertThat(objection(new Layer.Fuse(), "77 1 0:60 / / rw - fuse.sshfs h: rw"))
                .isNotNull();
        assertThat(objection(new Layer.Snapshot("moby", "a"), "77 1 0:60 / / rw - proc proc rw"))
                .isNotNull();
    }

    @Test
    void aSnapshotOnRecordIsFoundInItsUpperDirectoryOrItsDevice() {
        String home = "/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/";
        MountEntry overlay = identity("77 1 0:60 / / rw - overlay overlay rw,upperdir=" + home + "42/fs", "")
                .mount();
        assertThat(Layer.Snapshot.isThis(recorded("overlayfs", 42), overlay, ""))
                .isTrue();
        assertThat(Layer.Snapshot.isThis(recorded("overlayfs", 2), overlay, "")).isFalse();
        assertThat(Layer.Snapshot.isThis(recorded("stargz", 42), overlay, "")).isFalse();
        MountEntry thin = identity("77 1 253:4 / / rw - ext4 /dev/mapper/pool-snap-42 rw", "")
                .mount();
        assertThat(Layer.Snapshot.isThis(recorded("devmapper", 42), thin, "pool-snap-42"))
                .isTrue();
        assertThat(Layer.Snapshot.isThis(recorded("devmapper", 2), thin, "pool-snap-42"))
                .isFalse();
        assertThat(Layer.Snapshot.isThis(recorded("native", 42), thin, "pool-snap-42"))
                .isFalse();
    }

    private static SnapshotRecords.Snapshot recorded(String snapshotter, long number) {
        return new SnapshotRecords.Snapshot(snapshotter, number);
    }
}
