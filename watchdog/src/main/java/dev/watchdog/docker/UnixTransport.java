package dev.watchdog.docker;

import com.github.dockerjava.transport.DockerHttpClient;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * docker-java's transport over a Unix socket, of which each answer is held to bounds, so that nothing on the other side can
 * fill the heap: its head, its length, and what passes the {@link JsonSieve}. One call is one connection: a restarted
 * engine never meets a connection to the old one, and to give up an answer that has no end is to close it. Only looks:
 * requests have no body. Blocks; a thread that waits is freed by its interrupt, and by {@link #close}. Safe from any
 * thread.
 */
final class UnixTransport implements DockerHttpClient {
    /** The labels and mounts of a thousand containers are about 1.5 MB; those of one may be more than those of all others. */
    static final long LONGEST_ANSWER = 256 << 20;

    /** It has the labels of its container. */
    static final long LONGEST_EVENT = 64 << 20;
    /** Ids and names of 10,000 containers are 1 MB. */
    static final int MOST_NEEDED = 2 << 20;
    /** A path has 4,096 bytes at most. */
    static final int LONGEST_TEXT = 4_096;
    /** In a list of all of them; nobody says how long one may be. */
    static final int LONGEST_NAME = 256;
    /** What is no JSON, and why an engine refuses: that is for people. */
    static final int LONGEST_WORDS = 1 << 14;

    private final UnixDomainSocketAddress address;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** @param socket its path */
    UnixTransport(String socket) {
        address = UnixDomainSocketAddress.of(socket);
    }

    @Override
    public Response execute(Request request) {
        if (!request.method().equals("GET") || request.path().chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new IllegalArgumentException("not a request that is made here: " + Plain.line(request.path()));
        }
        SocketChannel channel = null;
        try {
            channel = connect();
            InputStream in = ask(channel, request.path());
            AnswerHead head = AnswerHead.read(in);
            return new Answer(channel, head, body(head, in, request.path()));
        } catch (IOException | RuntimeException e) {
            if (channel != null) {
                end(channel);
            }
            throw e instanceof IOException failed ? new UncheckedIOException(failed) : (RuntimeException) e;
        }
    }

    private SocketChannel connect() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        open.add(channel);
        if (closed) {
            end(channel);
            throw new ClosedChannelException();
        }
        boolean connected = false;
        try {
            connected = channel.connect(address);
        } finally {
            if (!connected) {
                end(channel);
            }
        }
        return channel;
    }

    private static InputStream ask(SocketChannel channel, String path) throws IOException {
        String head =
                "GET " + path + " HTTP/1.1\r\nHost: docker\r\nConnection: close\r\nAccept: application/json\r\n\r\n";
        ByteBuffer bytes = ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) {
            int ignored = channel.write(bytes);
        }
        return new BufferedInputStream(Channels.newInputStream(channel));
    }

    private static InputStream body(AnswerHead head, InputStream in, String path) throws IOException {
        InputStream body = head.body(in);
        WantedFields.Node wanted = head.isSuccess() ? WantedFields.of(path) : null;
        if (wanted == null) {
            return new ByteArrayInputStream(body.readNBytes(LONGEST_WORDS));
        }
        return new JsonSieve(
                body,
                wanted,
                path.contains("/events") ? LONGEST_EVENT : LONGEST_ANSWER,
                MOST_NEEDED,
                path.contains("/containers/json") ? LONGEST_NAME : LONGEST_TEXT);
    }

    private void end(SocketChannel channel) {
        open.remove(channel);
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends every connection; who waits on one is freed. */
    @Override
    public void close() {
        closed = true;
        open.forEach(this::end);
    }

    private final class Answer implements Response {
        private final SocketChannel channel;
        private final AnswerHead head;
        private final InputStream body;

        Answer(SocketChannel channel, AnswerHead head, InputStream body) {
            this.channel = channel;
            this.head = head;
            this.body = body;
        }

        @Override
        public int getStatusCode() {
            return head.status();
        }

        @Override
        public Map<String, List<String>> getHeaders() {
            return head.headers();
        }

        @Override
        public InputStream getBody() {
            return body;
        }

        @Override
        public void close() {
            end(channel);
        }
    }
}
