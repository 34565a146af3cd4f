package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.containers.RootProof.Circumstances;
import dev.watchdog.linux.MountEntry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A root that nobody of its engine's sees: each piece of what could prove it, forged by itself. */
class RootProofTest {
    private static final String UPPER = "/d/overlay2/L1/diff";
    private static final Layer OVERLAY = new Layer.Overlay(UPPER);
    private static final Layer SNAPSHOT = new Layer.Snapshot("k8s.io", "a");
    private static final Layer THIN = new Layer.ThinDevice("4f1e");
    private static final String DEVICE = "docker-254:0-11511-4f1e";

    private static MountEntry overlay(String upper) {
        return new MountEntry(77, 1, 0, 44, "/", "/", "rw", "", "overlay", "overlay", "rw,upperdir=" + upper);
    }

    private static MountEntry thin() {
        return new MountEntry(77, 1, 253, 1, "/rootfs", "/", "rw", "", "ext4", "/dev/mapper/x", "rw");
    }

    private static @Nullable String objection(Layer layer, Circumstances found) {
        return RootProof.objection(layer, overlay(UPPER), "", found);
    }

    private static Circumstances found(
            boolean mayMount, boolean hostsUsers, boolean untouched, boolean upper, boolean recorded) {
        return new Circumstances(
                mayMount,
                hostsUsers,
                untouched,
                upper,
                recorded ? RootProof.Recorded.NAMED : RootProof.Recorded.NOT_NAMED);
    }

    @Test
    void isProvedByTheRecordOfAContainerThatCouldNotMount() {
        assertThat(objection(OVERLAY, found(false, true, true, true, false))).isNull();
        assertThat(objection(SNAPSHOT, found(false, true, true, false, true))).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "true, true, true, true, CAP_SYS_ADMIN",
        "false, false, true, true, belongs to a user namespace of its own",
        "false, true, false, true, does not live where",
        "false, true, true, false, upper directory",
    })
    void isNotProvedWhenOnePieceIsMissing(
            boolean mayMount, boolean hostsUsers, boolean untouched, boolean upper, String why) {
        assertThat(objection(OVERLAY, found(mayMount, hostsUsers, untouched, upper, true)))
                .contains(why)
                .contains("stop and start the container");
    }

    @Test
    void anotherUpperDirectoryIsNotProvedByAnything() {
        assertThat(RootProof.objection(
                        OVERLAY, overlay("/d/overlay2/L2/diff"), "", found(false, true, true, true, true)))
                .contains("not the one on its engine's record");
    }

    @Test
    void aSnapshotThatContainerdDoesNotNameIsNotProved() {
        assertThat(objection(SNAPSHOT, found(false, true, true, true, false))).contains("nothing on record");
        assertThat(objection(SNAPSHOT, found(true, true, true, true, true))).contains("CAP_SYS_ADMIN");
        assertThat(RootProof.objection(
                        new Layer.Fuse(),
                        new MountEntry(7, 1, 0, 9, "/", "/", "rw", "", "fuse.fuse-overlayfs", "x", "rw"),
                        "",
                        found(false, true, true, true, false)))
                .contains("nothing on record");
    }

    /** The name of a device is the kernel's, whoever mounted it. */
    @Test
    void aThinDeviceIsProvedByItsName() {
        Circumstances worst = found(true, false, false, false, false);
        assertThat(RootProof.objection(THIN, thin(), DEVICE, worst)).isNull();
        assertThat(RootProof.objection(THIN, thin(), DEVICE.replace("4f1e", "5a5a"), worst))
                .contains("device");
    }

    /** Who may mount may have been given data sets of its own, of any name (zfs-zone(8)). */
    @Test
    void aDataSetIsNotProvedByItsNameOfWhoMayMount() {
        MountEntry mount = new MountEntry(77, 1, 0, 50, "/", "/", "rw", "", "zfs", "tank/docker/9c0d", "rw");
        Layer layer = new Layer.Dataset("9c0d");
        assertThat(RootProof.objection(layer, mount, "", found(false, true, true, false, false)))
                .isNull();
        assertThat(RootProof.objection(layer, mount, "", found(true, true, true, false, false)))
                .contains("CAP_SYS_ADMIN");
    }
}
