package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the agent takes for a broker says that its answer is huge: because it lies, or because it speaks TLS or HTTP. The
 * agent is the packaged one, with its heap of 64 MiB, which ends by the first OutOfMemoryError.
 */
@Timeout(300)
class LyingBrokerIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Enough for each client of the agent to have tried again. */
    private static final int CONNECTIONS = 12;

    @TempDir
    Path directory;

    private enum Lie {
        TWO_GIBIBYTES(ByteBuffer.allocate(4).putInt(Integer.MAX_VALUE).array(), true),
        /** Three clients that believe it are more than the heap. */
        THIRTY_MEBIBYTES(ByteBuffer.allocate(4).putInt(30 << 20).array(), true),
        TLS_ALERT(new byte[] {0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46}, false),
        HTTP("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII), false);

        @SuppressWarnings("ImmutableEnumChecker") // read alone: what goes over the wire
        private final byte[] beginning;

        private final boolean goesOn;

        Lie(byte[] beginning, boolean goesOn) {
            this.beginning = beginning;
            this.goesOn = goesOn;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "TWO_GIBIBYTES, PLAINTEXT",
        "TWO_GIBIBYTES, SASL_PLAINTEXT",
        "THIRTY_MEBIBYTES, PLAINTEXT",
        "TLS_ALERT, SASL_PLAINTEXT",
        "HTTP, PLAINTEXT"
    })
    void whatItSaysOfItsAnswerIsNotAllocated(Lie lie, String protocol) throws Exception {
        try (Liar broker = new Liar(lie)) {
            Path jaas = Files.writeString(
                    directory.resolve("jaas"),
                    "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"a\" password=\"b\";");
            Map<String, String> environment = new HashMap<>(Map.of(
                    "WATCHDOG_JOURNAL_DIRECTORY",
                    directory.resolve("journal").toString(),
                    "WATCHDOG_CONTROL_SOCKET",
                    directory.resolve("control.sock").toString(),
                    "WATCHDOG_HTTP_LISTEN",
                    "127.0.0.1:0",
                    "WATCHDOG_KAFKA_BOOTSTRAP_SERVERS",
                    "127.0.0.1:" + broker.port(),
                    "WATCHDOG_KAFKA_PROPERTIES",
                    "security.protocol=" + protocol + ",sasl.mechanism=PLAIN",
                    "WATCHDOG_KAFKA_SECRETS",
                    "sasl.jaas.config=file:" + jaas));
            try (PackagedAgent agent = new PackagedAgent(directory, List.of(), environment).awaitReady()) {
                await().atMost(PATIENCE)
                        .failFast("the agent ended", () -> !agent.isAlive())
                        .until(() -> broker.answered.get() >= CONNECTIONS
                                && agent.log().contains("commands are not read from Kafka: no broker of"));
                assertThat(agent.log()).doesNotContain("OutOfMemoryError");
            }
        }
    }

    /** Answers every request with the lie, and goes on as it says, slowly. */
    private static final class Liar implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final List<Socket> open = new CopyOnWriteArrayList<>();
        private final AtomicInteger answered = new AtomicInteger();
        private final Lie lie;

        Liar(Lie lie) throws IOException {
            this.lie = lie;
            start(this::accept);
        }

        int port() {
            return server.getLocalPort();
        }

        private static void start(Runnable work) {
            Thread thread = new Thread(work, "liar");
            thread.setDaemon(true);
            thread.start();
        }

        private void accept() {
            try {
                while (true) {
                    Socket socket = server.accept();
                    open.add(socket);
                    start(() -> answer(socket));
                }
            } catch (IOException e) {
                // it is closed
            }
        }

        private void answer(Socket socket) {
            try (socket) {
                DataInputStream in = new DataInputStream(socket.getInputStream());
                in.readFully(new byte[in.readInt()]);
                OutputStream out = socket.getOutputStream();
                out.write(lie.beginning);
                out.flush();
                answered.incrementAndGet();
                for (byte[] more = new byte[64 << 10]; lie.goesOn; ) {
                    out.write(more);
                }
            } catch (IOException e) {
                // the agent has heard enough
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
            for (Socket socket : open) {
                socket.close();
            }
        }
    }
}
