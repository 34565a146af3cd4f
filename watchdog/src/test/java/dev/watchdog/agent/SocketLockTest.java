package dev.watchdog.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody else prepared beside the control socket. */
class SocketLockTest {
    @TempDir
    Path temporary;

    @Test
    void theDirectoryIsMadeForUsAlone() throws Exception {
        Path directory = temporary.resolve("run/watchdog");
        try (SocketLock lock = SocketLock.take(directory.resolve("control.sock"))) {
            assertThat(lock).isNotNull();
            assertThat(Files.getPosixFilePermissions(directory))
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void aDirectoryThatOthersCanWriteIsRefusedEvenIfItIsSticky() throws Exception {
        Path open = Files.createDirectory(temporary.resolve("open"));
        for (int mode : new int[] {0777, 01777, 0770}) {
            Files.setAttribute(open, "unix:mode", mode);
            assertThatThrownBy(() -> SocketLock.take(open.resolve("control.sock")))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining(open + " can be written by others")
                    .hasMessageContaining("chmod go-w it");
            assertThat(open).isEmptyDirectory();
        }
    }

    @Test
    void aSymlinkToADirectoryIsFollowedOnlyWhereNobodyElseCouldHaveMadeIt() throws Exception {
        Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
        Path link = Files.createSymbolicLink(temporary.resolve("link"), elsewhere);
        try (SocketLock lock = SocketLock.take(link.resolve("control.sock"))) {
            assertThat(lock).isNotNull();
            assertThat(elsewhere.resolve("control.sock.lock")).isRegularFile();
        }
        Path shared = Files.createDirectory(temporary.resolve("shared"));
        Files.setAttribute(shared, "unix:mode", 01777);
        Path theirs =
                Files.createSymbolicLink(shared.resolve("run"), Files.createDirectory(temporary.resolve("other")));
        assertThatThrownBy(() -> SocketLock.take(theirs.resolve("control.sock")))
                .isInstanceOf(StartException.class)
                .hasMessageContaining(theirs + " is a symlink in a directory where others can write");
        assertThat(temporary.resolve("other")).isEmptyDirectory();
        Path dead = Files.createSymbolicLink(temporary.resolve("dead"), temporary.resolve("gone"));
        assertThatThrownBy(() -> SocketLock.take(dead.resolve("control.sock")))
                .isInstanceOf(StartException.class)
                .hasMessage("there can be no control socket in " + dead + ": " + dead + " is a symlink to "
                        + temporary.resolve("gone") + ", where nothing is: make that, or remove the link, or set"
                        + " control.socket to another");
    }

    @Test
    void nothingIsFollowedOrWrittenOver() throws Exception {
        Path precious = Files.writeString(temporary.resolve("precious"), "of root's");
        Path directory = Files.createDirectory(temporary.resolve("run"));
        Path lock = Files.createSymbolicLink(directory.resolve("control.sock.lock"), precious);
        assertThatThrownBy(() -> SocketLock.take(directory.resolve("control.sock")))
                .hasMessageContaining(lock + " is not a plain file");
        Files.delete(lock);
        Files.createLink(lock, precious);
        assertThatThrownBy(() -> SocketLock.take(directory.resolve("control.sock")))
                .hasMessageContaining("has another name");
        assertThat(precious).hasContent("of root's");
    }
}
