package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.watchdog.testing.NeedsRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked // what must be there is dereferenced: a null fails the test
@NeedsRoot
class RootViewKernelIT {
    @TempDir
    Path root;

    private RootView view;

    @BeforeEach
    void open() throws IOException {
        view = new RootView(Descriptor.open(Abi.AT_FDCWD, root.toString(), Abi.O_PATH | Abi.O_DIRECTORY));
    }

    @AfterEach
    void close() {
        view.close();
    }

    @Test
    void looksAtWhatIsThere() throws IOException {
        Files.createDirectories(root.resolve("a/b"));
        FileStatus status = view.look("/a/b");
        assertThat(status.isDirectory()).isTrue();
        assertThat(status.mountRoot()).isFalse();
        assertThat(status.inode()).isEqualTo((long) Files.getAttribute(root.resolve("a/b"), "unix:ino"));
        assertThat(status).isEqualTo(FileStatus.of(root.resolve("a/b").toString()));
        assertThat(MountTable.of((int) ProcessHandle.current().pid(), MountFilter.every())
                        .byId(status.mountId()))
                .isNotNull();
    }

    @Test
    void nothingThereIsNull() throws IOException {
        Files.writeString(root.resolve("file"), "");
        assertThat(view.look("/nothing")).isNull();
        assertThat(view.look("/no/thing")).isNull();
        assertThat(view.look("/file/below")).isNull();
        assertThat(view.open("/nothing")).isNull();
    }

    @Test
    void noWayLeadsOut() throws IOException {
        Files.createDirectories(root.resolve("etc"));
        Files.createSymbolicLink(root.resolve("away"), Path.of("/etc"));
        Files.createSymbolicLink(root.resolve("up"), Path.of("../../../../.."));
        Files.writeString(root.resolve("etc/ours"), "");
        assertThat(view.look("/away/ours")).isEqualTo(view.look("/etc/ours"));
        assertThat(view.look("/up/etc/ours")).isEqualTo(view.look("/etc/ours"));
        assertThat(view.look("/../../etc/ours")).isEqualTo(view.look("/etc/ours"));
        assertThat(view.look("/away/passwd")).isNull();
    }

    @Test
    void aLastSymlinkIsWhatIsFound() throws IOException {
        Files.createDirectories(root.resolve("target"));
        Files.createSymbolicLink(root.resolve("merged"), Path.of("target"));
        assertThat(view.look("/merged").isSymbolicLink()).isTrue();
        try (Descriptor parent = view.open("/")) {
            assertThat(Directories.make(parent, "merged", 0700)).isFalse();
            assertThat(Directories.open(parent, "merged")).isNull();
            assertThat(Directories.open(parent, "target")).isNotNull().satisfies(Descriptor::close);
            assertThat(Directories.make(parent, "new", 0700)).isTrue();
            assertThat(Files.getPosixFilePermissions(root.resolve("new"))).hasSize(3);
            assertThatThrownBy(() -> Directories.make(parent, "../x", 0700))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void magicLinksAndLoopsAreErrors() throws IOException {
        Files.createSymbolicLink(root.resolve("loop"), Path.of("loop/x"));
        assertThatThrownBy(() -> view.look("/loop/x"))
                .hasMessageContaining("openat2")
                .hasMessageContaining("ELOOP");
        try (Pidfd self = Pidfd.open((int) ProcessHandle.current().pid());
                RootView all = RootView.of(self)) {
            assertThatThrownBy(() -> all.look("/proc/self/root/etc")).hasMessageContaining("ELOOP");
        }
        assertThatThrownBy(() -> view.look("/" + "x".repeat(5000))).hasMessageContaining("ENAMETOOLONG");
        assertThatThrownBy(() -> view.look("/a\0b")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aClosedViewIsNeverAnotherFile() throws IOException {
        view.close();
        view.close();
        assertThatThrownBy(() -> view.look("/")).isInstanceOf(IllegalStateException.class);
    }
}
