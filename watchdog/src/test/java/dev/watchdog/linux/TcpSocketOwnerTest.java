package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TcpSocketOwnerTest {
    private static final int BACKLOG = 4;

    @BeforeEach
    void needsSockDiag() {
        assumeThat(TcpSocketOwner.works()).as("sock_diag").isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void tellsWhoseSocketIsAtTheOtherEnd(String loopback) throws IOException {
        InetAddress address = InetAddress.getByName(loopback);
        int self = (Integer) Files.getAttribute(Path.of("/proc/self/fdinfo"), "unix:uid");
        try (ServerSocket server = new ServerSocket(0, BACKLOG, address)) {
            InetSocketAddress remote;
            InetSocketAddress local;
            try (Socket client = new Socket(address, server.getLocalPort())) {
                local = new InetSocketAddress(client.getLocalAddress(), client.getLocalPort());
                remote = new InetSocketAddress(client.getInetAddress(), client.getPort());
                assertThat(TcpSocketOwner.uid(local, remote)).hasValue(self);
                // until it is accepted nobody has it open, and the kernel would say root
                assertThat(TcpSocketOwner.uid(remote, local)).isEmpty();
                // one that listens is no connection
                assertThat(TcpSocketOwner.uid(remote, new InetSocketAddress(address, 1)))
                        .isEmpty();
                try (Socket accepted = server.accept()) {
                    assertThat(accepted.isConnected()).isTrue();
                    assertThat(TcpSocketOwner.uid(remote, local)).hasValue(self);
                }
            }
            assertThat(TcpSocketOwner.uid(local, remote)).isEqualTo(OptionalInt.empty());
        }
    }
}
