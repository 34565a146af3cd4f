package dev.watchdog.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlClientTest {
    @TempDir
    Path temporary;

    @Test
    void whatSomebodyElseCouldHavePutThereIsNotTakenForTheAgent() throws Exception {
        Path shared = Files.createDirectory(temporary.resolve("shared"));
        Path socket = shared.resolve("control.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket)).configureBlocking(false);
            for (int mode : new int[] {0777, 01777, 0770}) {
                Files.setAttribute(shared, "unix:mode", mode);
                assertThatThrownBy(() -> new ControlClient(socket).get("/api/v1/status"))
                        .isInstanceOf(CommandFailure.class)
                        .hasMessageStartingWith("what listens on " + socket + " cannot be trusted: " + shared);
            }
            assertThat(server.accept()).as("a connection").isNull();
        }
    }
}
