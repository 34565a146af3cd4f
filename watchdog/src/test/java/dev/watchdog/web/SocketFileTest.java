package dev.watchdog.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketFileTest {
    @TempDir
    Path temp;

    @Test
    void isNeverOpenToOthersWhileItIsMade() throws Exception {
        Path path = temp.resolve("run/control.sock");
        SocketFile file = new SocketFile(path);

        Path bound = file.prepare();
        assertThat(mode(temp.resolve("run"))).isEqualTo("rwx------");
        Files.setPosixFilePermissions(temp.resolve("run"), PosixFilePermissions.fromString("rwxr-xr-x"));
        try (ServerSocketChannel server = listen(bound)) {
            assertThat(mode(Objects.requireNonNull(bound.getParent()))).isEqualTo("rwx------");
            assertThat(path).doesNotExist();
            file.publish();
            assertThat(mode(path)).isEqualTo("rw-------");
            assertThat(temp.resolve("run").toFile().list()).containsExactly("control.sock");
            assertThat(server.isOpen()).isTrue();
        }
    }

    @Test
    void replacesWhatADeadAgentLeft() throws Exception {
        Path path = temp.resolve("control.sock");
        listen(path).close();
        Files.createDirectory(temp.resolve(".control.sock"));
        listen(temp.resolve(".control.sock/s")).close();

        SocketFile file = new SocketFile(path);
        try (ServerSocketChannel server = listen(file.prepare())) {
            file.publish();
            assertThatThrownBy(() -> new SocketFile(path).prepare()).hasMessageContaining("another agent listens");
            assertThat(server.isOpen()).isTrue();
        }
    }

    @Test
    void takesAFullQueueForALiveAgent() throws Exception {
        Path path = temp.resolve("control.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path), 1);
            for (int i = 0; i < 4; i++) {
                assertThatThrownBy(() -> new SocketFile(path).prepare()).hasMessageContaining("another agent listens");
            }
        }
    }

    @Test
    void touchesNothingThatIsNotASocket() throws Exception {
        Path path = Files.writeString(temp.resolve("control.sock"), "precious");
        assertThatThrownBy(() -> new SocketFile(path).prepare())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not a socket");
        assertThat(path).hasContent("precious");

        Path link = Files.createSymbolicLink(temp.resolve("link.sock"), path);
        assertThatThrownBy(() -> new SocketFile(link).prepare()).hasMessageContaining("is not a socket");
    }

    @Test
    void refusesADirectoryThatOthersCanWriteTo() throws Exception {
        Path open = Files.createDirectory(temp.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatThrownBy(() -> new SocketFile(open.resolve("c.sock")).prepare())
                .hasMessageContaining("others may write");
        // as /tmp is
        Files.setAttribute(open, "unix:mode", 01777);
        assertThatThrownBy(() -> new SocketFile(open.resolve("c.sock")).prepare())
                .hasMessageContaining("others may write");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxr-x"));
        assertThatThrownBy(() -> new SocketFile(open.resolve("c.sock")).prepare())
                .hasMessageContaining("others may write");
    }

    @Test
    void refusesADirectoryOfAnotherUser() throws Exception {
        Path foreign = Files.createDirectory(temp.resolve("foreign"));
        assumeThat((Integer) Files.getAttribute(foreign, "unix:uid")).as("root").isZero();
        Files.setAttribute(foreign, "unix:uid", 12_345);
        assertThatThrownBy(() -> new SocketFile(foreign.resolve("c.sock")).prepare())
                .hasMessageContaining("others may write");
        assertThat(foreign).isEmptyDirectory();
    }

    @Test
    void followsNoSymlinkThatIsInItsWay() throws Exception {
        Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
        Path precious = Files.writeString(elsewhere.resolve("s"), "precious");
        Path path = temp.resolve("control.sock");
        Files.createSymbolicLink(temp.resolve(".control.sock"), elsewhere);
        assertThatThrownBy(() -> new SocketFile(path).prepare()).hasMessageContaining("is not a directory");
        assertThat(precious).hasContent("precious");
    }

    @Test
    void saysThatAPathIsTooLong() {
        assertThatThrownBy(() -> new SocketFile(temp.resolve("x".repeat(105))).prepare())
                .hasMessageContaining("too long");
    }

    @Test
    void leavesASuccessorsSocketAlone() throws Exception {
        Path path = temp.resolve("control.sock");
        SocketFile old = new SocketFile(path);
        try (ServerSocketChannel first = listen(old.prepare())) {
            old.publish();
            Files.move(path, temp.resolve("moved"));
            try (ServerSocketChannel second = listen(path)) {
                old.remove();
                assertThat(path).exists();
                assertThat(first.isOpen()).isEqualTo(second.isOpen());
            }
        }
    }

    private static ServerSocketChannel listen(Path path) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path));
        return server;
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
