package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.watchdog.docker.ContainerRecord;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DockerRootTest {
    private static final String ID = "5a".repeat(32);
    private static final String LAYER = "0a1b".repeat(16);

    private static DockerRoot of(String driver, Map<String, String> graph) {
        return of(driver, graph, "/var/lib/docker");
    }

    private static DockerRoot of(String driver, Map<String, String> graph, String dataRoot) {
        return DockerRoot.of(new ContainerRecord(
                ID, "n", 42, true, false, Instant.EPOCH, driver, graph, false, dataRoot, "/run/docker", false));
    }

    private static DockerRoot overlay2(String rootfs, String upper) {
        return of("overlay2", Map.of("MergedDir", rootfs, "UpperDir", upper));
    }

    /** As the engines' files tell when the API does not. */
    private static DockerRoot onDisk(String rootfs, String driver) throws Exception {
        String record = "/var/lib/docker/image/" + driver + "/layerdb/mounts/" + ID + "/mount-id";
        return DockerRoot.of(ID, rootfs, path -> path.equals(record) ? LAYER + "\n" : null);
    }

    @ParameterizedTest
    @CsvSource({
        "/var/lib/docker/overlay2/0a1b/merged, /var/lib/docker/overlay2/0a1b/diff",
        "/data/my docker/231072.231072/overlay2/0a1b-init/merged, /data/my docker/231072.231072/overlay2/0a1b-init/diff",
    })
    void pathsOfOneLayer(String rootfs, String upper) {
        assertThat(overlay2(rootfs, upper)).isEqualTo(new DockerRoot(rootfs, new Layer.Overlay(upper), null));
    }

    @ParameterizedTest
    @CsvSource({
        "/, /diff",
        "/etc, /etc/diff",
        "/etc/merged, /etc/diff",
        "'', ''",
        "/overlay2/a/merged, /overlay2/a/diff",
        "overlay2/a/merged, overlay2/a/diff",
        "/d/overlay2/a/merged/, /d/overlay2/a/diff",
        "/d//overlay2/a/merged, /d//overlay2/a/diff",
        "/d/../etc/overlay2/a/merged, /d/../etc/overlay2/a/diff",
        "/d/./overlay2/a/merged, /d/./overlay2/a/diff",
        "/d/overlay2/../merged, /d/overlay2/../diff",
        "/d/overlay2/a/b/merged, /d/overlay2/a/b/diff",
        "/d/overlay2/a/merged, /d/overlay2/b/diff",
        "/d/overlay2/a/merged, /e/overlay2/a/diff",
        "/d/overlay2/a/merged, /d/overlay2/a/diff/",
        "/d/overlay2/a/merged, ''",
        "/d/overlay/a/merged, /d/overlay/a/diff",
        "/d/fuse-overlayfs/a/merged, /d/fuse-overlayfs/a/diff",
    })
    void isNoLayer(String rootfs, String upper) {
        assertThat(overlay2(rootfs, upper).unsupported()).isNotNull();
        assertThat(overlay2(rootfs, upper).rootfs()).isEmpty();
    }

    /** An expression that recurses for each name ends the thread's stack instead. */
    @Test
    void aPathOfAnyDepthIsJudged() {
        String home = "/a".repeat(100_000);
        assertThat(overlay2(home + "/overlay2/L1/merged", home + "/overlay2/L1/diff")
                        .unsupported())
                .isNull();
        assertThat(of("overlayfs", Map.of(), home).unsupported()).isNull();
        assertThat(overlay2(home, home).unsupported()).isNotNull();
    }

    @Test
    void controlCharactersAreInNoPath() {
        assertThat(overlay2("/d\n/overlay2/a/merged", "/d\n/overlay2/a/diff").unsupported())
                .isNotNull();
        assertThat(overlay2("/d/overlay2/a/merged\n", "/d/overlay2/a/diff").unsupported())
                .isNotNull();
        assertThat(of("overlayfs", Map.of(), "/var/\nlib").unsupported()).isNotNull();
    }

    @Test
    void eachDriverHasItsOwnPlace() throws Exception {
        String home = "/var/lib/docker/";
        assertThat(of("overlay", Map.of("MergedDir", home + "overlay/l/merged", "UpperDir", home + "overlay/l/upper")))
                .isEqualTo(
                        new DockerRoot(home + "overlay/l/merged", new Layer.Overlay(home + "overlay/l/upper"), null));
        String fuse = home + "fuse-overlayfs/l";
        assertThat(of("fuse-overlayfs", Map.of("MergedDir", fuse + "/merged", "UpperDir", fuse + "/diff")))
                .isEqualTo(new DockerRoot(fuse + "/merged", new Layer.Fuse(), null));
        assertThat(of("devicemapper", Map.of("DeviceName", "docker-254:0-11511-" + LAYER)))
                .isEqualTo(new DockerRoot(
                        home + "devicemapper/mnt/" + LAYER + "/rootfs", new Layer.ThinDevice(LAYER), null));
        assertThat(of("zfs", Map.of("Mountpoint", home + "zfs/graph/" + LAYER, "Dataset", "tank/d/" + LAYER)))
                .isEqualTo(new DockerRoot(home + "zfs/graph/" + LAYER, new Layer.Dataset(LAYER), null));
        assertThat(of("overlayfs", Map.of()))
                .isEqualTo(new DockerRoot(home + "rootfs/overlayfs/" + ID, new Layer.Snapshot("moby", ID), null));
    }

    @Test
    void theEnginesFilesTellTheSame() throws Exception {
        String home = "/var/lib/docker/";
        for (String driver : new String[] {"overlay2", "overlay", "fuse-overlayfs"}) {
            String dir = home + driver + "/" + LAYER;
            String upper = dir + (driver.equals("overlay") ? "/upper" : "/diff");
            assertThat(onDisk(dir + "/merged", driver))
                    .isEqualTo(of(driver, Map.of("MergedDir", dir + "/merged", "UpperDir", upper)));
        }
        assertThat(onDisk(home + "devicemapper/mnt/" + LAYER + "/rootfs", "devicemapper"))
                .isEqualTo(of("devicemapper", Map.of("DeviceName", "docker-254:0-11511-" + LAYER)));
        assertThat(onDisk(home + "zfs/graph/" + LAYER, "zfs"))
                .isEqualTo(of("zfs", Map.of("Mountpoint", home + "zfs/graph/" + LAYER, "Dataset", "t/" + LAYER)));
        assertThat(onDisk(home + "rootfs/overlayfs/" + ID, "none")).isEqualTo(of("overlayfs", Map.of()));
    }

    @Test
    void filesThatDoNotAgreeAreNotBelieved() {
        for (String rootfs : new String[] {
            "/var/lib/docker/overlay2/other/merged",
            "/elsewhere/overlay2/" + LAYER + "/merged",
            "/var/lib/docker/devicemapper/mnt/" + LAYER + "/rootfs",
            "/var/lib/docker/rootfs/overlayfs/" + "6b".repeat(32)
        }) {
            assertThatThrownBy(() -> onDisk(rootfs, "overlay2")).isInstanceOf(UnprovenException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"vfs", "btrfs"})
    void whereThereIsNoMountToLoseItIsLeftAlone(String driver) {
        DockerRoot root = of(driver, Map.of());
        assertThat(root.unsupported()).isNull();
        assertThat(root.layer()).isInstanceOf(Layer.LeftAlone.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"aufs", "", "windowsfilter"})
    void whatIsNotKnownIsTold(String driver) {
        assertThat(of(driver, Map.of()).unsupported()).contains("not watched");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "docker-pool", "docker-1:2-3-../x", "/dev/mapper/docker-1:2-3-abc"})
    void aDeviceThatIsNotALayersIsRefused(String device) {
        assertThat(of("devicemapper", Map.of("DeviceName", device)).unsupported())
                .isNotNull();
    }
}
