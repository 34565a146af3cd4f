package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.testing.NeedsRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** That the old calls tell what statx tells. */
@NeedsRoot
@NullUnmarked // what must be there is dereferenced: a null fails the test
class OldFileStatusKernelIT {
    @Test
    void agreesWithStatxOnEveryMountPointOfThisMachine() throws IOException {
        int roots = 0;
        for (MountEntry entry : MountTable.of((int) ProcessHandle.current().pid(), MountFilter.every())
                .entries()) {
            Path point = Path.of(entry.mountPoint());
            if (Files.exists(point)) {
                roots += compare(point.toString()).mountRoot() ? 1 : 0;
                if (point.getParent() != null) {
                    compare(point.getParent().toString());
                }
            }
        }
        assertThat(roots).isPositive();
        compare("/");
        compare("/proc/self");
        compare("/etc/passwd");
        compare("/dev/null");
    }

    private static FileStatus compare(String path) throws IOException {
        try (Descriptor open = Descriptor.open(Abi.AT_FDCWD, path, Abi.O_PATH | Abi.O_NOFOLLOW);
                Descriptor thread = Procfs.thread()) {
            FileStatus modern = open.status();
            int fd = open.hold();
            assertThat(OldFileStatus.of(fd, path, null, true)).as(path).isEqualTo(modern);
            if (modern.isDirectory()) {
                assertThat(OldFileStatus.of(fd, path, new Place(thread, path), false))
                        .as("%s by mount tables", path)
                        .isEqualTo(modern);
            }
            assertThat(OldFileStatus.owner(fd, path)).isEqualTo(FileStatus.owner(fd, path));
            open.release();
            return modern;
        }
    }

    /** A bind mount of a directory of the same file system: neither device nor inode tells it from the bare one. */
    @Test
    void tellsABindMountFromWhatItCovers() throws IOException {
        Path directory = Files.createTempDirectory("watchdog-bind-");
        try (PrivateThread actor = new PrivateThread("binds")) {
            actor.unshare();
            actor.call(() -> {
                assertThat(compare(directory.toString()).mountRoot()).isFalse();
                try (Descriptor bare = Descriptor.open(Abi.AT_FDCWD, directory.toString(), Abi.O_PATH)) {
                    Mounts.mount(directory.toString(), directory.toString(), null, Abi.MS_BIND, null);
                    FileStatus bound = compare(directory.toString());
                    assertThat(bound.mountRoot()).isTrue();
                    FileStatus covered = OldFileStatus.of(bare.hold(), bare, null, true);
                    bare.release();
                    assertThat(covered).isEqualTo(bare.status());
                    assertThat(covered.sameFile(bound)).isTrue();
                    assertThat(covered.mountRoot()).isFalse();
                }
                // what is stacked on a mount is not that mount
                Mounts.mount("test", directory.toString(), "tmpfs", 0, "size=64k");
                return compare(directory.toString());
            });
        }
        Files.delete(directory);
    }
}
