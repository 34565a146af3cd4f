package dev.watchdog.docker;

import com.github.dockerjava.transport.DockerHttpClient;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * docker-java's transport with two rules more. An answer may be of {@link #LONGEST_ANSWER} bytes and one event of {@link
 * #LONGEST_EVENT}, so that nothing on the other side can fill the heap. And one call is one connection, so that a
 * restarted engine never meets a connection to the old one.
 */
final class BoundedTransport implements DockerHttpClient {
    /** A thousand containers are about 1.5 MB of list. */
    static final int LONGEST_ANSWER = 32 << 20;

    static final int LONGEST_EVENT = 1 << 20;

    private final DockerHttpClient transport;

    BoundedTransport(DockerHttpClient transport) {
        this.transport = transport;
    }

    @Override
    public Response execute(Request request) {
        Map<String, String> headers = new HashMap<>(request.headers());
        headers.put("Connection", "close");
        boolean stream = request.path().contains("/events");
        Request once = Request.builder().from(request).headers(headers).build();
        return new Bounded(transport.execute(once), stream);
    }

    @Override
    public void close() throws IOException {
        transport.close();
    }

    /** The other side says more than anyone needs. */
    static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1;

        TooLarge(int limit) {
            super("answer of more than " + (limit >> 20) + " MiB");
        }
    }

    /**
     * Closing an answer reads what is left of it, which may have no end: one that was too large takes its client with it
     * instead.
     */
    private final class Bounded implements Response {
        private final Response response;
        private final boolean stream;
        private @Nullable Counted body;

        Bounded(Response response, boolean stream) {
            this.response = response;
            this.stream = stream;
        }

        @Override
        public int getStatusCode() {
            return response.getStatusCode();
        }

        @Override
        public Map<String, List<String>> getHeaders() {
            return response.getHeaders();
        }

        @Override
        public synchronized InputStream getBody() {
            Counted counted = body;
            if (counted == null) {
                counted = new Counted(response.getBody(), stream ? LONGEST_EVENT : LONGEST_ANSWER, stream);
                body = counted;
            }
            return counted;
        }

        @Override
        public void close() {
            Counted counted;
            synchronized (this) {
                counted = body;
            }
            try (response) {
                if (counted != null && counted.tooLarge) {
                    transport.close();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Counts what is read; in a stream of JSON lines each line is counted by itself. */
    private static final class Counted extends FilterInputStream {
        private final int limit;
        private final boolean lines;
        private int count;
        private volatile boolean tooLarge;

        Counted(InputStream in, int limit, boolean lines) {
            super(in);
            this.limit = limit;
            this.lines = lines;
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            if (b >= 0) {
                count(lines && b == '\n' ? -count : 1);
            }
            return b;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            if (read > 0) {
                int last = lines ? lastNewline(bytes, offset, read) : -1;
                count(last < 0 ? read : offset + read - 1 - last - count);
            }
            return read;
        }

        /** docker-java closes the body before the response, and that would read on for ever. */
        @Override
        public void close() throws IOException {
            if (!tooLarge) {
                super.close();
            }
        }

        private void count(int more) throws IOException {
            count += more;
            if (count > limit) {
                tooLarge = true;
                throw new TooLarge(limit);
            }
        }

        private static int lastNewline(byte[] bytes, int offset, int read) {
            for (int i = offset + read - 1; i >= offset; i--) {
                if (bytes[i] == '\n') {
                    return i;
                }
            }
            return -1;
        }
    }
}
