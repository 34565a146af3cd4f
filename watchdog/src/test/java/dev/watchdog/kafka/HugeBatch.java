package dev.watchdog.kafka;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.internals.ByteBufferOutputStream;
import org.apache.kafka.common.utils.internals.ByteUtils;

/** The records of a batch, compressed as they are written: what they would be is never in memory. */
final class HugeBatch {
    private static final byte[] NOTHING = new byte[64 << 10];

    private final ByteBufferOutputStream target = new ByteBufferOutputStream(1 << 20);
    private final DataOutputStream out;
    private int count;

    HugeBatch(CompressionType type) {
        out = new DataOutputStream(Compression.of(type).build().wrapForOutput(target, RecordBatch.MAGIC_VALUE_V2));
    }

    /** A record for h1 whose value is so many zeros. */
    void record(int size) {
        record("h1", size);
    }

    /** One for any host. */
    void record(String host, int size) {
        byte[] key = host.getBytes(StandardCharsets.UTF_8);
        write(() -> {
            int prefix = 1 + 1 + ByteUtils.sizeOfVarint(count) + ByteUtils.sizeOfVarint(key.length) + key.length;
            ByteUtils.writeVarint(prefix + ByteUtils.sizeOfVarint(size) + size + 1, out);
            begin();
            ByteUtils.writeVarint(key.length, out);
            out.write(key);
            ByteUtils.writeVarint(size, out);
            zeros(size);
            ByteUtils.writeVarint(0, out);
        });
    }

    /** A record whose key is so many zeros. */
    void key(int size) {
        write(() -> {
            int prefix = 1 + 1 + ByteUtils.sizeOfVarint(count) + ByteUtils.sizeOfVarint(size) + size;
            ByteUtils.writeVarint(prefix + 1 + 1, out);
            begin();
            ByteUtils.writeVarint(size, out);
            zeros(size);
            ByteUtils.writeVarint(-1, out);
            ByteUtils.writeVarint(0, out);
        });
    }

    /** A record with one header of so many zeros. */
    void header(int size) {
        write(() -> {
            int prefix = 1 + 1 + ByteUtils.sizeOfVarint(count) + 1 + 1 + 1;
            ByteUtils.writeVarint(prefix + 1 + 1 + ByteUtils.sizeOfVarint(size) + size, out);
            begin();
            ByteUtils.writeVarint(-1, out);
            ByteUtils.writeVarint(-1, out);
            ByteUtils.writeVarint(1, out);
            ByteUtils.writeVarint(1, out);
            out.write('x');
            ByteUtils.writeVarint(size, out);
            zeros(size);
        });
    }

    /** A record for h1 with so many empty headers. */
    void headers(int number) {
        write(() -> {
            int prefix = 1 + 1 + ByteUtils.sizeOfVarint(count) + 1 + 2 + 1;
            ByteUtils.writeVarint(prefix + ByteUtils.sizeOfVarint(number) + 2 * number, out);
            begin();
            ByteUtils.writeVarint(2, out);
            out.write(new byte[] {'h', '1'});
            ByteUtils.writeVarint(-1, out);
            ByteUtils.writeVarint(number, out);
            zeros(2 * number);
        });
    }

    int count() {
        return count;
    }

    ByteBuffer bytes() {
        write(out::close);
        return target.buffer().duplicate().flip();
    }

    /** Attributes, time and offset. */
    private void begin() throws IOException {
        out.write(0);
        ByteUtils.writeVarlong(0, out);
        ByteUtils.writeVarint(count++, out);
    }

    private void zeros(int size) throws IOException {
        for (int left = size; left > 0; left -= NOTHING.length) {
            out.write(NOTHING, 0, Math.min(left, NOTHING.length));
        }
    }

    /** What may fail. */
    @FunctionalInterface
    private interface Writing {
        void run() throws IOException;
    }

    private static void write(Writing work) {
        try {
            work.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
