package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessesTest {
    private final int self = (int) ProcessHandle.current().pid();

    @Test
    void tellsOfThisProcess() throws IOException {
        assertThat(Processes.exists(self)).isTrue();
        assertThat(Processes.parent(self))
                .isEqualTo((int) ProcessHandle.current().parent().orElseThrow().pid());
        assertThat(Processes.name(self)).isEqualTo("java");
        assertThat(Processes.commandLine(self).get(0)).endsWith("java");
        assertThat(Processes.startTime(self)).isPositive();
        assertThat(Processes.mountNamespace(self)).isPositive();
        assertThat(ManagementFactory.getRuntimeMXBean().getPid()).isEqualTo(self);
    }

    @Test
    void aProcessThatIsNotThereIsAnError() {
        int nobody = Integer.MAX_VALUE;
        assertThat(Processes.exists(nobody)).isFalse();
        assertThatThrownBy(() -> Processes.mountNamespace(nobody)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Processes.startTime(nobody)).isInstanceOf(IOException.class);
    }

    @Test
    void aNameCannotFakeOtherFields() throws IOException {
        String stat = "77 (a) R 1 (b 9) S 42 7 7 0 -1";
        assertThat(Processes.statField(stat, 3)).isEqualTo("S");
        assertThat(Processes.statField(stat, 4)).isEqualTo("42");
        assertThatThrownBy(() -> Processes.statField(stat, 22)).isInstanceOf(IOException.class);
    }

    @Test
    void findsWhoListens(@TempDir Path directory) throws IOException {
        Path socket = directory.resolve("engine.sock");
        Path other =
                Files.createSymbolicLink(directory.resolve("run"), directory).resolve("engine.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
                assertThat(client.isConnected()).isTrue();
                assertThat(Listeners.of(socket)).containsExactly(self);
                assertThat(Listeners.of(other)).containsExactly(self);
            }
        }
        assertThat(Listeners.of(socket)).isEmpty();
    }

    /** A container in the host's network may call its own socket as the engine calls its: the file tells them apart. */
    @Test
    void theFileTellsWhoListensNotItsName(@TempDir Path directory) throws IOException {
        Path socket = Files.createDirectory(directory.resolve("run")).resolve("engine.sock");
        Path other = directory.resolve("other");
        Files.createFile(Files.createDirectories(other.resolve("run")).resolve("engine.sock"));
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                RootView inside = rootedAt(directory);
                RootView elsewhere = rootedAt(other)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            assertThat(Listeners.of(inside, "/run/engine.sock")).containsExactly(self);
            assertThat(Listeners.of(elsewhere, "/run/engine.sock")).isEmpty();
        }
    }

    private static RootView rootedAt(Path directory) throws IOException {
        return new RootView(Descriptor.open(Abi.AT_FDCWD, directory.toString(), Abi.O_PATH | Abi.O_DIRECTORY));
    }

    @Test
    void whatIsCutOffIsNoProcess() {
        assertThat(Processes.numbers("")).isEmpty();
        assertThat(Processes.numbers("7 12 ")).containsExactly(7, 12);
        assertThat(Processes.numbers("7 12 134")).containsExactly(7, 12);
    }

    @Test
    void moreProcessesThanAnyHostHasAreAnError(@TempDir Path proc) throws IOException {
        for (String name : new String[] {"1", "42", "self", "0"}) {
            Files.createDirectory(proc.resolve(name));
        }
        assertThat(Processes.all(proc, 2)).containsExactlyInAnyOrder(1, 42);
        assertThatThrownBy(() -> Processes.all(proc, 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("more than 1 processes");
    }

    /** What somebody calls himself and his arguments is neither short nor plain. */
    @Test
    void aProcessMayCallItselfAnything(@TempDir Path directory) throws Exception {
        Path program = Files.copy(Path.of("/bin/sh"), directory.resolve("a) R 1 (\nb"));
        List<String> command = new ArrayList<>(List.of(program.toString(), "-c", "read x"));
        command.addAll(Collections.nCopies(12, "x".repeat(120_000)));
        Process process = new ProcessBuilder(command).start();
        try {
            int pid = (int) process.pid();
            // until it has executed the program
            await().until(() -> !Processes.commandLine(pid).isEmpty()
                    && Processes.commandLine(pid).get(0).equals(program.toString()));
            assertThat(Processes.name(pid)).isEqualTo("a) R 1 (\nb");
            assertThat(Processes.parent(pid)).isEqualTo(self);
            assertThat(Processes.startTime(pid)).isPositive();
            assertThat(String.join("", Processes.commandLine(pid))).hasSizeLessThanOrEqualTo(4_096);
            assertThat(ProcessClaims.of(pid).name()).isEqualTo("a) R 1 (\\u000ab");
        } finally {
            process.destroyForcibly();
        }
    }
}
