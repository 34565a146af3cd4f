package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.watchdog.testing.NeedsRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ways that only root can have led, and such as somebody else could have at one step. */
@NullUnmarked // what must be there is dereferenced: a null fails the test
@NeedsRoot
class OwnedPathKernelIT {
    private static final String FILE = "/a/b/file";

    @TempDir
    Path root;

    private RootView view;

    @BeforeEach
    void make() throws IOException {
        view = new RootView(Descriptor.open(Abi.AT_FDCWD, root.toString(), Abi.O_PATH | Abi.O_DIRECTORY));
        Files.createDirectories(root.resolve("a/b"));
        Files.writeString(root.resolve("a/b/file"), "roots");
    }

    @AfterEach
    void close() {
        view.close();
    }

    private boolean isOpened(String path) throws IOException {
        try (Descriptor found = view.openOwned(path);
                Descriptor followed = view.followOwned(path)) {
            assertThat(followed == null).isEqualTo(found == null);
            return found != null;
        }
    }

    private void isRefused(String path, String step, String why) {
        assertThatThrownBy(() -> isOpened(path))
                .isInstanceOf(UntrustedException.class)
                .hasMessageStartingWith(step + " ")
                .hasMessageContaining(why);
        assertThatThrownBy(() -> view.read(path, 10)).isInstanceOf(IOException.class);
    }

    private void mode(String path, String mode) throws IOException {
        Files.setPosixFilePermissions(root.resolve(path), PosixFilePermissions.fromString(mode));
    }

    private void owner(String path, int uid) throws IOException {
        Files.setAttribute(root.resolve(path), "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
    }

    private void sticky(String path) throws IOException {
        Files.setAttribute(root.resolve(path), "unix:mode", 01777);
    }

    @Test
    void whatOnlyRootCanHavePutThereIsOpenedAndRead() throws Exception {
        assertThat(isOpened(FILE)).isTrue();
        assertThat(isOpened("/")).isTrue();
        assertThat(isOpened("/a/../a/./b/")).isTrue();
        assertThat(view.read(FILE, 10)).asString().isEqualTo("roots");
        assertThat(isOpened("/a/nothing/there")).isFalse();
        assertThat(view.read("/a/nothing", 10)).isNull();
    }

    @Test
    void anyStepOfAnotherUserIsToldAndEndsIt() throws Exception {
        for (String step : new String[] {"a", "a/b", "a/b/file"}) {
            owner(step, 12345);
            isRefused(FILE, "/" + step, "belongs to user 12345");
            owner(step, 0);
        }
        owner("", 12345);
        isRefused(FILE, "/", "belongs to user 12345");
    }

    @Test
    void anyStepThatOthersMayWriteToEndsIt() throws Exception {
        for (String step : new String[] {"a", "a/b", "a/b/file"}) {
            for (String mode : new String[] {"rwxrwxr-x", "rwxr-xrwx"}) {
                mode(step, mode);
                isRefused(FILE, "/" + step, "written to by others");
            }
            mode(step, "rwxr-xr-x");
        }
        assertThat(isOpened(FILE)).isTrue();
    }

    @Test
    void rootsSymlinksAreFollowed() throws Exception {
        Files.createSymbolicLink(root.resolve("link"), Path.of("/a/b"));
        Files.createSymbolicLink(root.resolve("a/up"), Path.of("../a/b/file"));
        assertThat(isOpened("/link/file")).isTrue();
        assertThat(isOpened("/a/up")).isTrue();
        try (Descriptor link = view.openOwned("/a/up");
                Descriptor file = view.followOwned("/a/up")) {
            assertThat(link).isNotNull();
            assertThat(link.status().isSymbolicLink()).isTrue();
            assertThat(file).isNotNull();
            assertThat(file.status().isRegularFile()).isTrue();
        }
        // a file is not read through one
        assertThatThrownBy(() -> view.read("/a/up", 10)).isInstanceOf(IOException.class);
    }

    @Test
    void aSymlinkOfAnothersIsNotFollowed() throws Exception {
        Files.createSymbolicLink(root.resolve("link"), Path.of("a/b"));
        owner("link", 12345);
        isRefused("/link/file", "/link", "belongs to user 12345");
        isRefused("/link", "/link", "belongs to user 12345");
    }

    /** Where it leads is looked at as well. */
    @Test
    void aSymlinkLeadsPastNothing() throws Exception {
        Files.createSymbolicLink(root.resolve("link"), Path.of("/a/b/file"));
        owner("a", 12345);
        assertThatThrownBy(() -> view.followOwned("/link")).hasMessageStartingWith("/a belongs to user 12345");
    }

    @Test
    void belowADirectoryWithTheStickyBitRootsDirectoriesAreBelievedAndNothingElse() throws Exception {
        sticky("a");
        assertThat(isOpened(FILE)).isTrue();
        Files.writeString(root.resolve("a/file"), "");
        isRefused("/a/file", "/a/file", "in a directory that others");
        Files.createSymbolicLink(root.resolve("a/link"), Path.of("b"));
        isRefused("/a/link/file", "/a/link", "in a directory that others");
        owner("a/b", 12345);
        isRefused(FILE, "/a/b", "belongs to user 12345");
    }

    @Test
    void onlyRegularFilesAreRead() throws Exception {
        dev.watchdog.testing.Programs.run("mkfifo", root.resolve("fifo").toString())
                .orFail();
        assertThatThrownBy(() -> view.read("/fifo", 10)).hasMessageContaining("not a regular file");
        assertThatThrownBy(() -> view.read("/a", 10)).isInstanceOf(IOException.class);
    }

    @Test
    void nothingIsKeptOpen() throws Exception {
        owner("a/b", 12345);
        Root.keepsNothing(() -> isRefused(FILE, "/a/b", "belongs to user 12345"));
        owner("a/b", 0);
        Root.keepsNothing(() -> {
            assertThat(isOpened(FILE)).isTrue();
            assertThat(view.read(FILE, 10)).isNotNull();
        });
    }
}
