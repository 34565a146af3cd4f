package dev.watchdog.docker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers on a real Unix socket as it is told to: well, badly, or not at all. */
final class FakeEngine implements AutoCloseable {
    /** What to do on one connection after its request has been read. */
    interface Answer {
        void to(SocketChannel connection) throws IOException;
    }

    /** Says nothing and keeps the connection until this engine is closed. */
    static final Answer SILENCE = connection -> {};

    private final ServerSocketChannel server;
    private final Path socket;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<SocketChannel> connections = new CopyOnWriteArrayList<>();

    FakeEngine(Path socket) {
        this.socket = socket;
        try {
            Files.deleteIfExists(socket);
            server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        answer("/version", json("{\"ApiVersion\":\"1.41\",\"MinAPIVersion\":\"1.12\"}"));
        answer("/_ping", ok("text/plain", "OK"));
        thread(this::accept);
    }

    /** What to answer where the path, without its version, begins so. */
    FakeEngine answer(String path, Answer answer) {
        answers.put(path, answer);
        return this;
    }

    /** Request lines so far, {@code GET /v1.41/info}. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    static Answer json(String body) {
        return ok("application/json", body);
    }

    static Answer status(int status, String body) {
        return raw("HTTP/1.1 " + status + " No\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body);
    }

    /** Exactly this, and then the end of the connection. */
    static Answer raw(String text) {
        return connection -> {
            write(connection, text);
            connection.close();
        };
    }

    /** The head of an event stream and these lines; the connection stays. */
    static Answer stream(String... lines) {
        return connection -> {
            write(
                    connection,
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (String line : lines) {
                chunk(connection, line + "\n");
            }
        };
    }

    static void chunk(SocketChannel connection, String text) throws IOException {
        write(connection, Integer.toHexString(text.length()) + "\r\n" + text + "\r\n");
    }

    static void write(SocketChannel connection, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            connection.write(bytes);
        }
    }

    /** Ends all connections in the middle of whatever they say. */
    void cut() {
        connections.forEach(FakeEngine::closeQuietly);
        connections.clear();
    }

    @Override
    public void close() {
        closeQuietly(server);
        cut();
        try {
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Answer ok(String type, String body) {
        return raw("HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Type: " + type + "\r\nContent-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body);
    }

    private void accept() {
        try {
            while (server.isOpen()) {
                SocketChannel connection = server.accept();
                connections.add(connection);
                thread(() -> serve(connection));
            }
        } catch (IOException e) {
            closeQuietly(server);
        }
    }

    private void serve(SocketChannel connection) {
        try {
            String request = head(connection);
            if (request.isEmpty()) {
                return;
            }
            String line = request.substring(0, request.indexOf(" HTTP/"));
            requests.add(line);
            String path = line.substring(line.indexOf(' ') + 1).replaceFirst("^/v[0-9.]+", "");
            for (Map.Entry<String, Answer> known : answers.entrySet()) {
                if (path.startsWith(known.getKey())) {
                    known.getValue().to(connection);
                    return;
                }
            }
            status(404, "{\"message\":\"page not found\"}").to(connection);
        } catch (IOException e) {
            closeQuietly(connection);
        }
    }

    private static String head(SocketChannel connection) throws IOException {
        StringBuilder head = new StringBuilder();
        ByteBuffer bytes = ByteBuffer.allocate(1024);
        while (head.indexOf("\r\n\r\n") < 0) {
            if (connection.read(bytes.clear()) < 0) {
                return "";
            }
            head.append(StandardCharsets.ISO_8859_1.decode(bytes.flip()));
        }
        return head.toString();
    }

    private static void thread(Runnable task) {
        Thread thread = new Thread(task, "fake-engine");
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
