package dev.watchdog.kafka;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * Numbers as Kafka's records have them: seven bits a byte, the lowest first, and the sign in the lowest bit of all
 * (protobuf.dev/programming-guides/encoding). Kafka's own reader of them is not part of its API, and moves. Pure.
 */
final class Varint {
    private static final int INT_BYTES = 5;
    private static final int LONG_BYTES = 10;

    private Varint() {}

    /** Of where the bytes come from, the next one; negative at the end. */
    private interface Bytes {
        int next() throws IOException;
    }

    static int readInt(InputStream from) throws IOException {
        return signed((int) read(from::read, INT_BYTES));
    }

    /** @throws java.nio.BufferUnderflowException if the buffer ends in the middle of it */
    static int readInt(ByteBuffer from) throws IOException {
        return signed((int) read(() -> Byte.toUnsignedInt(from.get()), INT_BYTES));
    }

    private static int signed(int raw) {
        return (raw >>> 1) ^ -(raw & 1);
    }

    /** Passes over a number of up to 64 bits. */
    static void passLong(InputStream from) throws IOException {
        long ignored = read(from::read, LONG_BYTES);
    }

    /** The same. */
    static void passLong(ByteBuffer from) throws IOException {
        long ignored = read(() -> Byte.toUnsignedInt(from.get()), LONG_BYTES);
    }

    private static long read(Bytes from, int most) throws IOException {
        long raw = 0;
        for (int i = 0; i < most; i++) {
            int each = from.next();
            if (each < 0) {
                throw new EOFException("it ends in the middle of a number");
            }
            raw |= (each & 0x7fL) << (7 * i);
            if (each < 0x80) {
                return raw;
            }
        }
        throw new IOException("a number has more than " + most + " bytes");
    }
}
