package dev.watchdog.web;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** HTTP by hand, for what a well-behaved client does not do. */
final class Raw implements AutoCloseable {
    private final Socket socket = new Socket();
    private final BufferedReader reader;

    /** Connects with a small receive buffer and sends the request. */
    Raw(int port, String request) throws IOException {
        socket.setReceiveBufferSize(4_096);
        socket.setSoTimeout(10_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    }

    /** This end's. */
    int port() {
        return socket.getLocalPort();
    }

    /** The whole answer, until the server closes. */
    static String ask(int port, String request) throws IOException {
        try (Raw raw = new Raw(port, request)) {
            StringBuilder all = new StringBuilder();
            String line = raw.line();
            while (line != null) {
                all.append(line).append('\n');
                line = raw.line();
            }
            return all.toString();
        }
    }

    /** The next line; null at the end. */
    @Nullable String line() throws IOException {
        return reader.readLine();
    }

    /** The next line that begins so, without its beginning; null at the end. */
    @Nullable String after(String beginning) throws IOException {
        String line = line();
        while (line != null && !line.startsWith(beginning)) {
            line = line();
        }
        return line == null ? null : line.substring(beginning.length());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
