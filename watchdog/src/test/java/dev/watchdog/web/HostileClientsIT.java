package dev.watchdog.web;

import static dev.watchdog.web.Stage.await;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.watchdog.events.Evidence;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.events.Severity;
import dev.watchdog.events.Subject;
import dev.watchdog.healing.LiveState;
import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.SystemClock;
import dev.watchdog.testing.NeedsRoot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Each attacker that a local HTTP client can be; what he does keeps nobody else from HTTP and leaves no error in the log. */
class HostileClientsIT {
    private static final int STRANGER = 12_345;
    private static final int MUTATIONS = 3_000;
    private static final int SEED = 7;
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.1 [0-9]{3} ");
    private static final String HOST = "Host: localhost\r\n";
    private static final String NEXT = "GET /health/live HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n";

    private final Stage stage = new Stage();
    private final HostClock clock = clock();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @TempDir
    Path temp;

    private HttpVerticle door;
    private Path control;

    @BeforeEach
    void open() {
        log.start();
        root().addAppender(log);
        Sources sources = stage.sources(new LiveState(), "box", clock);
        door = new HttpVerticle(sources, "127.0.0.1", 0, Set.of());
        control = temp.resolve("watchdog/control.sock");
        await(stage.vertx.deployVerticle(door));
        await(stage.vertx.deployVerticle(new ControlSocketVerticle(sources, control)));
    }

    @AfterEach
    void close() {
        stage.close();
        root().detachAppender(log);
        assertThat(log.list)
                .filteredOn(line -> line.getLevel().isGreaterOrEqual(Level.WARN))
                .extracting(ILoggingEvent::getFormattedMessage)
                .isEmpty();
    }

    private static HostClock clock() {
        try {
            return SystemClock.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    /** What is sent, by the status that it gets: once, and then the connection is closed. */
    private static Map<String, Integer> oddForms() {
        String post = "POST /api/v1/commands HTTP/1.1\r\n" + HOST;
        String get = "GET /api/v1/status HTTP/1.1\r\n";
        Map<String, Integer> forms = new TreeMap<>();
        forms.put(post + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + NEXT, 400);
        forms.put(post + "Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde" + NEXT, 400);
        forms.put(post + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + NEXT, 411);
        forms.put(post + "Transfer-Encoding: chunked, xchunked\r\n\r\n0\r\n\r\n" + NEXT, 411);
        forms.put(post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + NEXT, 400);
        forms.put(post + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n" + NEXT, 400);
        forms.put(post + "Content-Length: -1\r\n\r\n" + NEXT, 400);
        forms.put(post + "Content-Length: 20000\r\n\r\n" + "x".repeat(20_000) + NEXT, 413);
        forms.put(post + "\r\n" + NEXT, 411);
        forms.put(get + "\r\n" + NEXT, 400);
        forms.put(get + HOST + "Host: evil.example\r\n\r\n" + NEXT, 400);
        forms.put(get + "Host: evil.example\r\n" + HOST + "\r\n" + NEXT, 400);
        forms.put(get + "Host: evil.example\r\n\r\n" + NEXT, 421);
        forms.put(get + HOST + "Content-Length: " + NEXT.length() + "\r\n\r\n" + NEXT, 400);
        forms.put(get + HOST + "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n" + NEXT, 400);
        forms.put("GET http://evil.example/api/v1/status HTTP/1.1\r\n" + HOST + "\r\n" + NEXT, 421);
        forms.put("GET /%2 HTTP/1.1\r\n" + HOST + "\r\n" + NEXT, 400);
        forms.put("GET /api/v1/faults?state=%zz HTTP/1.1\r\n" + HOST + "\r\n" + NEXT, 400);
        forms.put("GET /api/v1/faults/%ff%fe HTTP/1.1\r\n" + HOST + "\r\n" + NEXT, 400);
        forms.put("GET /health/live HTTP/1.1\nHost: localhost\n\n" + NEXT, 400);
        forms.put("TRACE / HTTP/1.1\r\n" + HOST + "\r\n" + NEXT, 405);
        forms.put("CONNECT evil.example:80 HTTP/1.1\r\n" + HOST + "\r\n" + NEXT, 405);
        forms.put("OPTIONS * HTTP/1.1\r\n" + HOST + "\r\n" + NEXT, 405);
        forms.put("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + NEXT, 505);
        forms.put("GET /" + "a".repeat(5_000) + " HTTP/1.1\r\n" + HOST + "\r\n" + NEXT, 414);
        forms.put(get + HOST + "X: " + "a".repeat(20_000) + "\r\n\r\n" + NEXT, 431);
        forms.put(get + HOST + "X: 1\r\n".repeat(200) + "\r\n" + NEXT, 431);
        forms.put("\u0016\u0003\u0001\u0002\u0000" + NEXT, 400);
        return forms;
    }

    @Test
    void eachOddFormIsRefusedAndWhatFollowsItIsNotRead() {
        oddForms().forEach((bytes, status) -> {
            String answer = tcp(bytes);
            assertThat(answer).as(bytes).startsWith("HTTP/1.1 " + status + " ");
            assertThat(STATUS_LINE.matcher(answer).results()).as(answer).hasSize(1);
            // there, any name of a host will do
            if (status != 421) {
                assertThat(unix(bytes)).as(bytes).isEqualTo(answer);
            }
        });
        int onTcp = oddForms().size();
        int elsewhere = Math.toIntExact(
                oddForms().values().stream().filter(status -> status == 421).count());
        Map<String, Integer> refused = RefusalMetersTest.refused(stage.registry);
        assertThat(refused).containsOnlyKeys("malformed", "method", "host", "too-large");
        assertThat(refused).containsEntry("host", elsewhere);
        assertThat(refused.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(2 * onTcp - elsewhere);
    }

    @Test
    void mutatedRequestsEndNothing() throws IOException {
        List<String> bases = new ArrayList<>(oddForms().keySet());
        bases.add(NEXT);
        Random random = new Random(SEED);
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] bytes = mutated(bases.get(random.nextInt(bases.size())), random);
            try (Socket socket = connect()) {
                send(socket, bytes);
                socket.shutdownOutput();
                readAll(socket.getInputStream());
            }
        }
        assertThat(tcp(NEXT)).startsWith("HTTP/1.1 200 ");
        assertThat(unix(NEXT)).startsWith("HTTP/1.1 200 ");
    }

    private static byte[] mutated(String base, Random random) {
        StringBuilder bytes = new StringBuilder(base);
        for (int i = random.nextInt(8); i >= 0 && bytes.length() > 0; i--) {
            int at = random.nextInt(bytes.length());
            switch (random.nextInt(4)) {
                case 0 -> bytes.delete(at, Math.min(bytes.length(), at + 1 + random.nextInt(9)));
                case 1 -> bytes.insert(at, (char) random.nextInt(256));
                default -> bytes.setCharAt(at, (char) random.nextInt(256));
            }
        }
        return bytes.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    @NeedsRoot
    void halfOpenConnectionsOfOneUserKeepNobodyOut() throws IOException {
        try (Stranger stranger = new Stranger(STRANGER, door.port(), 300, 1, "G")) {
            stranger.awaitReady();
            assertOthersAreServed();
            assertThat(stranger.connectionsTo(door.port())).isBetween(1, HttpLimits.TCP.connectionsPerPeer());
            assertThat(RefusalMetersTest.refused(stage.registry).get("no-room"))
                    .isGreaterThanOrEqualTo(300 - HttpLimits.TCP.connectionsPerPeer());
            Awaitility.await()
                    .atMost(HttpLimits.HEAD_TIME.plusSeconds(10))
                    .until(() -> stranger.connectionsTo(door.port()) == 0);
            assertThat(RefusalMetersTest.refused(stage.registry)).containsKey("too-slow");
        }
    }

    @Test
    @NeedsRoot
    void slowReadersOfStreamsOfOneUserKeepNobodyOut() throws IOException {
        fill(5_000, 4_000);
        try (Stranger stranger = new Stranger(
                STRANGER,
                door.port(),
                500,
                1,
                "GET /api/v1/events?after=0 HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n")) {
            stranger.awaitReady();
            assertOthersAreServed();
            assertThat(stranger.connectionsTo(door.port())).isLessThanOrEqualTo(HttpLimits.TCP.connectionsPerPeer());
            try (Raw stream = new Raw(door.port(), "GET /api/v1/events?after=1 HTTP/1.1\r\n" + HOST + "\r\n")) {
                assertThat(stream.after("id: ")).isEqualTo("2");
            }
            // his streams are dropped; those who were told that there is no room may keep their connections for a while
            Awaitility.await()
                    .atMost(HttpLimits.WRITE_TIME.plusSeconds(10))
                    .until(() -> stranger.connectionsTo(door.port())
                            <= HttpLimits.TCP.connectionsPerPeer() - HttpLimits.TCP.streamsPerPeer());
        }
    }

    /** They read all there is, so nothing is wrong with them but their number. */
    @Test
    @NeedsRoot
    void idleStreamsOfOneUserLeaveOthersTheirOwn() throws IOException {
        try (Stranger stranger = new Stranger(
                STRANGER, door.port(), 30, 1, "GET /api/v1/events HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n")) {
            stranger.awaitReady();
            assertOthersAreServed();
            try (Raw stream = new Raw(door.port(), "GET /api/v1/events HTTP/1.1\r\n" + HOST + "\r\n")) {
                assertThat(stream.line()).isEqualTo("HTTP/1.1 200 OK");
                assertThat(RefusalMetersTest.refused(stage.registry))
                        .containsEntry("unavailable", 30 - HttpLimits.TCP.streamsPerPeer());
            }
        }
    }

    @Test
    @NeedsRoot
    void requestsWhoseAnswersNobodyReadsKeepNobodyOut() throws IOException {
        fill(2_000, 1_000);
        String list = "GET /api/v1/events?after=0&limit=1000 HTTP/1.1\\r\\nHost: localhost\\r\\n"
                + "Accept: application/json\\r\\n\\r\\n";
        try (Stranger stranger = new Stranger(STRANGER, door.port(), 120, 50, list)) {
            stranger.awaitReady();
            assertOthersAreServed();
        }
    }

    /** Each of them at once, or half a second later. */
    private void assertOthersAreServed() throws IOException {
        for (int i = 0; i < 10; i++) {
            assertThat(tcp(NEXT)).startsWith("HTTP/1.1 200 ");
            assertThat(tcp("GET /metrics HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 200 ");
            assertThat(tcp("GET /api/v1/events?after=0&limit=1000 HTTP/1.1\r\n" + HOST
                            + "Accept: application/json\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith("}");
            assertThat(unix(NEXT)).startsWith("HTTP/1.1 200 ");
        }
    }

    private void fill(int entries, int size) {
        for (int i = 0; i < entries; i++) {
            stage.journal.add(
                    new Subject("container", "abc"),
                    Severity.ERROR,
                    "0a1b2c3d-f1",
                    new FaultRaised("0a1b2c3d-f1", "container.rootfs-lost", Evidence.of("x".repeat(size))));
        }
    }

    private String tcp(String request) {
        try (Socket socket = connect()) {
            send(socket, request.getBytes(StandardCharsets.ISO_8859_1));
            return readAll(socket.getInputStream());
        } catch (IOException e) {
            throw new AssertionError(request, e);
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout((int) Duration.ofSeconds(10).toMillis());
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), door.port()));
        return socket;
    }

    /** As far as it is taken. */
    private static void send(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            assertThat(socket.isClosed()).as("the server may hang up: %s", e).isFalse();
        }
    }

    private String unix(String request) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(control));
            ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.ISO_8859_1));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            return readAll(Channels.newInputStream(channel));
        } catch (IOException e) {
            throw new AssertionError(request, e);
        }
    }

    /** Until the server closes or resets the connection. */
    private static String readAll(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] buffer = new byte[8_192];
        try {
            for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
                all.write(buffer, 0, got);
            }
        } catch (java.net.SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            return all.toString(StandardCharsets.ISO_8859_1);
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }
}
