package dev.watchdog.cli;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The answer to an HTTP/1.1 request: its status, and its body with the framing of RFC 9112 section 6 taken off.
 *
 * @param stream ends where the body ends; closing it closes the connection
 */
record HttpBody(int status, InputStream stream) implements AutoCloseable {
    private static final int LONGEST_LINE = 8_192;
    private static final int MOST_HEADERS = 100;

    static HttpBody read(InputStream in) throws IOException {
        String[] first = line(in).split(" ", 3);
        if (first.length < 2 || !first[0].startsWith("HTTP/1.") || !first[1].matches("[0-9]{3}")) {
            throw new IOException("that is not HTTP");
        }
        long length = -1;
        boolean chunked = false;
        for (int i = 0; i < MOST_HEADERS; i++) {
            String header = line(in).toLowerCase(Locale.ROOT);
            if (header.isEmpty()) {
                return new HttpBody(Integer.parseInt(first[1]), new Body(in, chunked, length));
            }
            if (header.startsWith("content-length:")) {
                length = Long.parseLong(
                        header.substring("content-length:".length()).strip());
            }
            chunked |= header.startsWith("transfer-encoding:") && header.endsWith("chunked");
        }
        throw new IOException("that is not HTTP: there are too many headers");
    }

    /** One line of ASCII without its end; null-free, fails at the end of the stream. */
    static String line(InputStream in) throws IOException {
        String line = lineOrEnd(in);
        if (line == null) {
            throw new EOFException("the agent hung up");
        }
        return line;
    }

    static @Nullable String lineOrEnd(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                return null;
            }
            if (line.length() >= LONGEST_LINE << 8) {
                throw new IOException("a line has no end");
            }
            line.append((char) c);
        }
        int end = line.length();
        return line.substring(0, end > 0 && line.charAt(end - 1) == '\r' ? end - 1 : end);
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }

    private static final class Body extends InputStream {
        private final InputStream in;
        private final boolean chunked;
        private long left;

        Body(InputStream in, boolean chunked, long length) {
            this.in = in;
            this.chunked = chunked;
            this.left = chunked ? 0 : length < 0 ? Long.MAX_VALUE : length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int count) throws IOException {
            if (chunked && left == 0) {
                left = Long.parseLong(line(in).split(";", 2)[0].strip(), 16);
                if (left == 0) {
                    left = -1;
                }
            }
            if (left <= 0) {
                return -1;
            }
            int got = in.read(bytes, offset, (int) Math.min(count, left));
            left -= Math.max(0, got);
            if (chunked && got > 0 && left == 0) {
                line(in);
            }
            return got;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
