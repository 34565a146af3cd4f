package dev.watchdog.linux;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * Paths between Java and the kernel without loss. The kernel's paths are bytes, mostly UTF-8 but not always; a byte
 * that is not part of valid UTF-8 becomes a lone low surrogate (U+DC80 to U+DCFF, which UTF-8 text never holds) and
 * turns back into that byte on the way down.
 */
final class PathBytes {
    private static final char ESCAPED = '\uDC00';

    private PathBytes() {}

    static String decode(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] < 0) {
                return decodeUtf8(ByteBuffer.wrap(bytes, from, to - from));
            }
        }
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private static String decodeUtf8(ByteBuffer in) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer out = CharBuffer.allocate(in.remaining());
        while (true) {
            CoderResult result = decoder.decode(in, out, true);
            if (!result.isError()) {
                return out.flip().toString();
            }
            for (int i = 0; i < result.length(); i++) {
                out.put((char) (ESCAPED | (in.get() & 0xff)));
            }
        }
    }

    /** The path's bytes without the closing NUL. */
    static byte[] encode(String path) {
        ByteBuffer out = ByteBuffer.allocate(path.length() * 3);
        encode(path, out);
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }

    /** Writes the path's bytes at the buffer's position, which needs room for three bytes for each char. */
    static void encode(String path, ByteBuffer out) {
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == 0) {
                throw new IllegalArgumentException("a path cannot hold a NUL: " + OneLine.of(path));
            } else if (c < 0x80) {
                out.put((byte) c);
            } else if (c < 0x800) {
                out.put((byte) (0xc0 | (c >> 6))).put((byte) (0x80 | (c & 0x3f)));
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < path.length()
                    && Character.isLowSurrogate(path.charAt(i + 1))) {
                int point = Character.toCodePoint(c, path.charAt(++i));
                out.put((byte) (0xf0 | (point >> 18))).put((byte) (0x80 | ((point >> 12) & 0x3f)));
                out.put((byte) (0x80 | ((point >> 6) & 0x3f))).put((byte) (0x80 | (point & 0x3f)));
            } else if (c >= 0xdc80 && c <= 0xdcff) {
                out.put((byte) c);
            } else {
                out.put((byte) (0xe0 | (c >> 12)))
                        .put((byte) (0x80 | ((c >> 6) & 0x3f)))
                        .put((byte) (0x80 | (c & 0x3f)));
            }
        }
    }
}
