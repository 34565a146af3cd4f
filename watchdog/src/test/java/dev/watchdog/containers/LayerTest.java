package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.watchdog.linux.FileStatus;
import dev.watchdog.linux.MountTable;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayerTest {
    private static final FileStatus ROOT = new FileStatus(0, 44, 5, 77, true, 040755);
    private static final String POOL = "docker-254:0-11511-";

    private static RootIdentity identity(String line, String mapperName) throws UnprovenException {
        MountTable table = MountTable.parse((line + "\n").getBytes(StandardCharsets.UTF_8));
        return RootIdentity.of(ROOT, table, (major, minor) -> mapperName);
    }

    private static @Nullable String objection(Layer layer, String line) throws UnprovenException {
        return objection(layer, line, "");
    }

    private static @Nullable String objection(Layer layer, String line, String mapperName) throws UnprovenException {
        RootIdentity identity = identity(line, mapperName);
        return layer.objection(identity.mount(), identity.mapperName());
    }

    @Test
    void anOverlayIsItsOwnHoweverTheEngineWroteThePath() throws UnprovenException {
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
    void anOverlayIsNotProvedBy(String line, String why) throws UnprovenException {
        assertThat(objection(new Layer.Overlay("/d/overlay2/L1/diff"), line)).contains(why);
    }

    @Test
    void aRecordWithoutAnUpperDirectoryProvesNothing() throws UnprovenException {
        assertThat(objection(new Layer.Overlay(""), "77 1 0:44 / / rw - overlay overlay rw,upperdir="))
                .isNotNull();
    }

    @Test
    void aThinDeviceIsKnownByItsNumberNotByWhatItWasMountedAs() throws UnprovenException {
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
    void theMountOfAThinDeviceIsAboveItsRoot() throws UnprovenException {
        String rootfs = "/d/devicemapper/mnt/4f1e/rootfs";
        RootIdentity identity = identity("77 1 253:1 /rootfs / ro,relatime - xfs /dev/dm-1 rw", "");
        assertThat(identity.isSubdirectory()).isTrue();
        assertThat(identity.readOnly()).isTrue();
        assertThat(identity.mountPoint(rootfs)).isEqualTo("/d/devicemapper/mnt/4f1e");
        assertThat(identity("77 1 0:44 / / rw - overlay o rw", "").mountPoint(rootfs))
                .isEqualTo(rootfs);
    }

    @Test
    void aDataSetIsKnownByItsOwnName() throws UnprovenException {
        Layer layer = new Layer.Dataset("9c0d");
        assertThat(objection(layer, "77 1 0:50 / / rw - zfs tank/docker/9c0d rw,xattr"))
                .isNull();
        assertThat(objection(layer, "77 1 0:50 / / rw - zfs tank/docker/x9c0d rw"))
                .contains("data set");
        assertThat(objection(layer, "77 1 0:50 / / rw - overlay tank/docker/9c0d rw"))
                .contains("overlay");
    }

    @Test
    void whatNothingNamesHasToBeSeenAtItsPath() throws UnprovenException {
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
    void aMountThatIsNotInTheTableProvesNothing() {
        assertThatThrownBy(() -> identity("78 1 0:44 / / rw - overlay overlay rw", ""))
                .isInstanceOf(UnprovenException.class)
                .hasMessageContaining("not in the mount table");
    }
}
