package dev.watchdog.docker;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The status and the headers of one answer in HTTP/1.1 (RFC 9112).
 *
 * @param headers by their names in lower case
 */
record AnswerHead(int status, Map<String, List<String>> headers) {
    /** Engines send some hundred bytes. */
    static final int MOST_BYTES = 1 << 14;

    private static final String VERSION = "HTTP/1.";
    private static final int STATUS_AT = 9;

    AnswerHead {
        headers = Map.copyOf(headers);
    }

    /**
     * Reads as far as the body begins.
     *
     * @throws BadAnswer if it is no HTTP, or longer than {@value #MOST_BYTES} bytes
     */
    static AnswerHead read(InputStream in) throws IOException {
        StringBuilder all = new StringBuilder();
        while (all.indexOf("\r\n\r\n", Math.max(0, all.length() - 4)) < 0) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("the answer ended before its body");
            }
            all.append((char) next);
            if (all.length() > MOST_BYTES) {
                throw new BadAnswer("headers of more than " + MOST_BYTES + " bytes");
            }
        }
        List<String> lines = List.of(all.toString().split("\r\n", -1));
        Map<String, List<String>> headers = new HashMap<>();
        for (String line : lines.subList(1, lines.size() - 2)) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new BadAnswer("a header without a name");
            }
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    List.of(line.substring(colon + 1).strip()));
        }
        return new AnswerHead(status(lines.get(0)), headers);
    }

    private static int status(String line) throws BadAnswer {
        String number = line.startsWith(VERSION) && line.length() >= STATUS_AT + 3
                ? line.substring(STATUS_AT, STATUS_AT + 3)
                : "";
        if (!number.matches("[1-9][0-9]{2}")) {
            throw new BadAnswer("no status line of HTTP/1.1");
        }
        return Integer.parseInt(number);
    }

    boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /** What follows, as the headers say how it is sent; never read beyond. */
    InputStream body(InputStream in) throws BadAnswer {
        String coding = header("transfer-encoding");
        if (coding.equalsIgnoreCase("chunked")) {
            return new ChunkedBody(in);
        }
        if (!coding.isEmpty()) {
            throw new BadAnswer("a transfer coding that is not known");
        }
        String length = header("content-length");
        if (!length.isEmpty() && !length.matches("[0-9]{1,18}")) {
            throw new BadAnswer("a length that is none");
        }
        return length.isEmpty() ? in : new SizedBody(in, Long.parseLong(length));
    }

    private String header(String name) {
        return headers.getOrDefault(name, List.of("")).get(0);
    }

    /** One of a length that is known before. */
    private static final class SizedBody extends InputStream {
        private final InputStream in;
        private long left;

        SizedBody(InputStream in, long length) {
            this.in = in;
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int count = in.read(bytes, offset, (int) Math.min(length, left));
            if (count < 0) {
                throw new EOFException("the answer ended " + left + " bytes early");
            }
            left -= count;
            return count;
        }
    }

    /** One in pieces, each with its length before it in hexadecimal digits (RFC 9112, 7.1). */
    private static final class ChunkedBody extends InputStream {
        private static final int LONGEST_LINE = 1_024;

        private final InputStream in;
        private long left;
        private boolean begun;
        private boolean over;

        ChunkedBody(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left == 0 && !over) {
                next();
            }
            if (over) {
                return -1;
            }
            int count = in.read(bytes, offset, (int) Math.min(length, left));
            if (count < 0) {
                throw new EOFException("the answer ended within a chunk");
            }
            left -= count;
            return count;
        }

        /** What comes after the last one, trailers, nobody needs: the connection is not used again. */
        private void next() throws IOException {
            if (begun && !line().isEmpty()) {
                throw new BadAnswer("a chunk without an end");
            }
            begun = true;
            String size = line();
            int semicolon = size.indexOf(';');
            String digits = (semicolon < 0 ? size : size.substring(0, semicolon)).strip();
            if (!digits.matches("[0-9a-fA-F]{1,15}")) {
                throw new BadAnswer("a chunk without a length");
            }
            left = Long.parseLong(digits, 16);
            over = left == 0;
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0) {
                    throw new EOFException("the answer ended between chunks");
                }
                line.append((char) next);
                if (line.length() > LONGEST_LINE) {
                    throw new BadAnswer("a chunk's length of more than " + LONGEST_LINE + " characters");
                }
            }
            int end = line.length() - 1;
            if (end < 0 || line.charAt(end) != '\r') {
                throw new BadAnswer("a chunk without an end");
            }
            line.setLength(end);
            return line.toString();
        }
    }
}
