package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.watchdog.testing.NeedsRoot;
import dev.watchdog.testing.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A block device's file system mounted once more, on real file systems in loop devices. */
@NullUnmarked // what must be there is dereferenced: a null fails the test
@NeedsRoot
class BlockDeviceKernelIT {
    @TempDir
    Path directory;

    private final PrivateThread thread = new PrivateThread("block-device-test");
    private final List<String> loops = new ArrayList<>();

    @BeforeEach
    void unshare() throws IOException {
        thread.unshare();
    }

    @AfterEach
    void release() {
        thread.close();
        loops.forEach(loop -> Programs.run("losetup", "--detach", loop).orFail());
    }

    private Path image(String type) {
        Path image = directory.resolve(type + ".img");
        Programs.run("truncate", "--size=320M", image.toString()).orFail();
        Programs.run("mkfs." + type, "-q", image.toString()).orFail();
        return image;
    }

    private String loop(Path image) {
        String loop = Programs.run("losetup", "--find", "--show", image.toString())
                .orFail()
                .text();
        loops.add(loop);
        return loop;
    }

    /** Mounts it, with a directory that is some container's root. */
    private MountEntry mounted(String loop, String type, String at, String options, long flags) throws IOException {
        return thread.call(() -> {
            Path point = Files.createDirectories(directory.resolve(at));
            Mounts.mount(loop, point.toString(), type, flags, options);
            Files.createDirectories(point.resolve("rootfs"));
            return entry(point);
        });
    }

    private static MountEntry entry(Path point) throws IOException {
        Visit visit = new Visit();
        try {
            return visit.mountTable(MountFilter.every())
                    .byId(FileStatus.of(point.toString()).mountId());
        } finally {
            visit.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "xfs"})
    void isTheSameFileSystemOnceMore(String type) throws IOException {
        String loop = loop(image(type));
        MountEntry first = mounted(loop, type, "first", "", 0x2 | 0x8 | 0x400);
        thread.call(() -> {
            Path second = Files.createDirectories(directory.resolve("second"));
            try (Descriptor tree = new BlockDevice(loop).mount(first, MountAttributes.of(first));
                    Descriptor there = Descriptor.open(Abi.AT_FDCWD, second.toString(), Abi.O_PATH);
                    Descriptor root = Objects.requireNonNull(Directories.open(tree, "rootfs"))) {
                assertThat(root.status()
                                .sameFile(FileStatus.of(
                                        directory.resolve("first/rootfs").toString())))
                        .isTrue();
                Mounts.attach(tree, there);
            }
            Files.writeString(directory.resolve("first/rootfs/a"), "written here");
            assertThat(directory.resolve("second/rootfs/a")).hasContent("written here");
            assertThat(entry(second).options()).contains("nosuid", "noexec", "noatime");
            assertThat(entry(second).options()).startsWith("rw");
            assertThat(entry(second).source()).isEqualTo(loop);
            return second;
        });
    }

    /** Thin snapshots have the UUID of what they were taken from, and XFS mounts a UUID once unless told otherwise. */
    @Test
    void anXfsWhoseUuidIsMountedAlreadyIsMountedOnceMore() throws IOException {
        Path image = image("xfs");
        Path copy = Files.copy(image, directory.resolve("copy.img"));
        MountEntry original = mounted(loop(image), "xfs", "original", "", 0);
        String loop = loop(copy);
        MountEntry snapshot = mounted(loop, "xfs", "snapshot", "nouuid", 0);
        thread.call(() -> {
            try (Descriptor tree = new BlockDevice(loop).mount(snapshot, MountAttributes.of(snapshot))) {
                assertThat(tree.status().minor()).isEqualTo(snapshot.minor()).isNotEqualTo(original.minor());
                return loop;
            }
        });
    }

    @Test
    void anotherDeviceIsNotTouched() throws IOException {
        Path image = image("ext4");
        MountEntry mine = mounted(loop(image), "ext4", "mine", "", 0);
        String other = loop(Files.copy(image, directory.resolve("other.img")));
        byte[] before = Files.readAllBytes(directory.resolve("other.img"));
        thread.call(() -> {
            assertThatThrownBy(() -> new BlockDevice(other).mount(mine, MountAttributes.DEFAULT))
                    .hasMessageContaining("is not the block device");
            assertThatThrownBy(() -> new BlockDevice("/dev/null").mount(mine, MountAttributes.DEFAULT))
                    .hasMessageContaining("is not the block device");
            assertThatThrownBy(() -> new BlockDevice("/dev/mapper/none").mount(mine, MountAttributes.DEFAULT))
                    .hasMessageContaining("there is no device /dev/mapper/none");
            return other;
        });
        assertThat(Files.readAllBytes(directory.resolve("other.img"))).isEqualTo(before);
    }

    @Test
    void keepsNoDescriptor() throws Exception {
        String loop = loop(image("ext4"));
        MountEntry first = mounted(loop, "ext4", "first", "", 0);
        Root.keepsNothing(() -> thread.call(() -> {
            new BlockDevice(loop).mount(first, MountAttributes.of(first)).close();
            return loop;
        }));
    }

    @Test
    void aNameIsNoPath() {
        assertThatThrownBy(() -> BlockDevice.ofMapper("../sda")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> BlockDevice.ofMapper("")).isInstanceOf(IllegalArgumentException.class);
        assertThat(BlockDevice.mapperName(1, 3)).isEmpty();
    }
}
