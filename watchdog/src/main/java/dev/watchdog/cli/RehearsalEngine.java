package dev.watchdog.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Answers as a Docker engine does that has one container, whose process is gone: for {@link Rehearsal}, so that the
 * classes which read an engine's answers are in the archive. A thread for each connection, all of them daemons.
 */
final class RehearsalEngine implements AutoCloseable {
    private static final String CONTAINER = "c".repeat(64);

    /** Above what any kernel hands out (PID_MAX_LIMIT, 2^22): it names nobody. */
    private static final int NO_PROCESS = 1 << 23;

    private static final String EVENTS = "/events";
    private static final String INSPECT = "/containers/" + CONTAINER + "/json";
    private static final Map<String, String> ANSWERS = Map.of(
            "/_ping",
            "\"OK\"",
            "/version",
            "{\"Version\":\"28.0.0\",\"ApiVersion\":\"1.41\",\"MinAPIVersion\":\"1.24\"}",
            "/info",
            "{\"ID\":\"rehearsal\",\"ServerVersion\":\"28.0.0\",\"DockerRootDir\":\"/nonexistent\",\"Driver\":\"overlay2\",\"SecurityOptions\":[]}",
            "/containers/json",
            "[{\"Id\":\"" + CONTAINER + "\",\"Names\":[\"/rehearsal\"],\"State\":\"running\"}]",
            INSPECT,
            "{\"Id\":\"" + CONTAINER
                    + "\",\"Name\":\"/rehearsal\",\"Driver\":\"overlay2\",\"State\":{\"Running\":true,\"Pid\":"
                    + NO_PROCESS
                    + ",\"StartedAt\":\"2026-01-01T00:00:00Z\"},\"GraphDriver\":{\"Name\":\"overlay2\",\"Data\":{}},"
                    + "\"HostConfig\":{\"ReadonlyRootfs\":false,\"Privileged\":false},\"Mounts\":[]}");
    private static final int LONGEST_HEAD = 16 << 10;

    private final ServerSocketChannel server;
    private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();
    private final Set<String> asked = new ConcurrentSkipListSet<>();
    private final CountDownLatch wanted = new CountDownLatch(2);

    private RehearsalEngine(ServerSocketChannel server) {
        this.server = server;
    }

    /** Listens on a socket in a directory that nobody else can enter. */
    static RehearsalEngine listen(Path socket) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        RehearsalEngine engine = new RehearsalEngine(server);
        start(engine::accept);
        return engine;
    }

    /** Waits until somebody has followed its events and asked for its container, or for so long. */
    void awaitAsked(Duration most) throws InterruptedException {
        boolean ignored = wanted.await(most.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel connection = server.accept();
                connections.add(connection);
                start(() -> serve(connection));
            }
        } catch (IOException e) {
            // closed: the rehearsal is over
        }
    }

    private void serve(SocketChannel connection) {
        ByteBuffer head = ByteBuffer.allocate(LONGEST_HEAD);
        try {
            while (connection.read(head) >= 0 && head.hasRemaining()) {
                String text = new String(head.array(), 0, head.position(), StandardCharsets.ISO_8859_1);
                if (text.endsWith("\r\n\r\n")) {
                    head.clear();
                    answer(connection, text);
                }
            }
        } catch (IOException e) {
            // it is closed, or the other side is
        }
    }

    private void answer(SocketChannel connection, String request) throws IOException {
        String target = request.split(" ", 3)[1];
        String path = target.replaceFirst("^/v[0-9.]+", "").replaceFirst("[?].*$", "");
        boolean events = path.equals(EVENTS);
        String body = ANSWERS.get(path);
        String known = body == null ? "{\"message\":\"not rehearsed\"}" : body;
        String status = events || body != null ? "200 OK" : "404 Not Found";
        String length = events ? "Transfer-Encoding: chunked" : "Content-Length: " + known.length();
        String whole = "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nApi-Version: 1.41\r\n" + length
                + "\r\n\r\n" + (events ? "" : known);
        ByteBuffer out = ByteBuffer.wrap(whole.getBytes(StandardCharsets.US_ASCII));
        while (out.hasRemaining()) {
            int ignored = connection.write(out);
        }
        if (asked.add(path) && (events || path.equals(INSPECT))) {
            wanted.countDown();
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "rehearsal-engine");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (SocketChannel each : connections) {
                each.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
