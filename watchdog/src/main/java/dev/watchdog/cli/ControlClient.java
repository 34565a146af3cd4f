package dev.watchdog.cli;

import dev.watchdog.linux.OwnedPath;
import dev.watchdog.linux.OwnedPath.UntrustedPathException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 over the agent's control socket, one connection for each request. Small on purpose: a client of Vert.x costs
 * a command half a second of start. Blocks; a request that takes longer than its patience is cut off.
 */
final class ControlClient {
    private static final int MOST_BYTES = 64 << 20;

    private final Path socket;

    private final String sudoUser;

    ControlClient(Path socket) {
        this(socket, "");
    }

    /** @param sudoUser who called sudo, for the agent's records; empty when nobody did */
    ControlClient(Path socket, String sudoUser) {
        this.socket = socket;
        this.sudoUser = sudoUser.replaceAll("[^A-Za-z0-9._-]", "_");
    }

    /** A status and a whole body. */
    record Answer(int status, String body) {}

    Answer get(String path) {
        return ask("GET", path, null, Duration.ofSeconds(30));
    }

    Answer post(String path, String body, Duration patience) {
        return ask("POST", path, body, patience);
    }

    private Answer ask(String method, String path, @Nullable String body, Duration patience) {
        try (SocketChannel channel = connect()) {
            Thread cutter = cutAfter(channel, patience);
            try {
                send(channel, method, path, "application/json", body);
                HttpBody answer = HttpBody.read(stream(channel));
                byte[] bytes = answer.stream().readNBytes(MOST_BYTES);
                return new Answer(answer.status(), new String(bytes, StandardCharsets.UTF_8));
            } finally {
                cutter.interrupt();
            }
        } catch (IOException e) {
            throw new CommandFailure(
                    Exit.UNREACHABLE,
                    "the agent on " + socket + " does not answer (" + e + "): its log says more, or try again");
        }
    }

    /** Opens a stream that goes on until somebody closes it. */
    HttpBody open(String path, String accept) throws IOException {
        SocketChannel channel = connect();
        try {
            send(channel, "GET", path, accept, null);
            return HttpBody.read(stream(channel));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static InputStream stream(SocketChannel channel) {
        return new BufferedInputStream(Channels.newInputStream(channel));
    }

    private SocketChannel connect() throws IOException {
        if (!Files.exists(socket)) {
            Path parent = socket.getParent();
            boolean hidden = parent != null && Files.exists(parent) && !Files.isReadable(parent);
            throw hidden ? denied() : absent();
        }
        requireNobodyElses();
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return channel;
        } catch (IOException e) {
            channel.close();
            throw Files.isWritable(socket) ? absent() : denied();
        }
    }

    /** Whoever can put a socket there would be taken for the agent: told all that is asked, and believed. */
    private void requireNobodyElses() throws IOException {
        try {
            OwnedPath.requirePlace(socket);
        } catch (UntrustedPathException e) {
            throw new CommandFailure(
                    Exit.UNREACHABLE, "what listens on " + socket + " cannot be trusted: " + e.getMessage());
        }
    }

    private CommandFailure absent() {
        return new CommandFailure(
                Exit.UNREACHABLE,
                "no agent listens on " + socket + ": start it with 'watchdog run', or name its socket with --socket");
    }

    private CommandFailure denied() {
        return new CommandFailure(
                Exit.UNREACHABLE, "this user may not open " + socket + ": run as root, for example with sudo");
    }

    private void send(SocketChannel channel, String method, String path, String accept, @Nullable String body)
            throws IOException {
        byte[] content = body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder()
                .append(method)
                .append(' ')
                .append(path)
                .append(" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept: ")
                .append(accept)
                .append("\r\n");
        if (!sudoUser.isEmpty()) {
            head.append("Watchdog-Sudo-User: ").append(sudoUser).append("\r\n");
        }
        if (body != null) {
            head.append("Content-Type: application/json\r\nContent-Length: ")
                    .append(content.length)
                    .append("\r\n");
        }
        writeAll(channel, head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
        writeAll(channel, content);
    }

    private static void writeAll(SocketChannel channel, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            if (channel.write(buffer) < 0) {
                throw new EOFException("the agent hung up");
            }
        }
    }

    /** A blocking channel knows no timeout; closing it from another thread ends the read. */
    private static Thread cutAfter(SocketChannel channel, Duration patience) {
        Thread cutter = new Thread(
                () -> {
                    try {
                        Thread.sleep(patience.toMillis());
                        channel.close();
                    } catch (InterruptedException e) {
                        // answered in time
                    } catch (IOException e) {
                        // it is being closed anyway
                    }
                },
                "patience");
        cutter.setDaemon(true);
        cutter.start();
        return cutter;
    }
}
