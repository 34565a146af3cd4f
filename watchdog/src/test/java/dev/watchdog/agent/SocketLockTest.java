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
