package dev.watchdog.kafka;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of a batch one after the other, in the format of Kafka 0.11 and later
 * (kafka.apache.org/documentation/#record). Of one that is too large only its key is kept. Not thread safe.
 */
final class RecordReader {
    /** No record is shorter: attributes, time, offset, sizes of key and value, number of headers. */
    private static final int LEAST = 6;

    private final String topic;
    private final int partition;
    private final long baseOffset;
    private final BoundedInput in;

    /** @param baseOffset from which the records count their offsets */
    RecordReader(String topic, int partition, long baseOffset, BoundedInput in) {
        this.topic = topic;
        this.partition = partition;
        this.baseOffset = baseOffset;
        this.in = in;
    }

    /** @throws IOException if what follows is no record, or is more than may be read of the batch */
    Incoming next() throws IOException {
        try {
            int size = Varint.readInt(in);
            if (size < LEAST) {
                throw new IOException("a record says that it has " + size + " bytes");
            }
            if (size > in.left()) {
                throw new BoundedInput.TooLarge("a record says that it has " + size + " bytes");
            }
            return size > FetchLimits.RECORD_BYTES ? keyAlone(size) : whole(ByteBuffer.wrap(in.exactly(size)));
        } catch (BufferUnderflowException e) {
            throw new IOException("what is there is no record", e);
        }
    }

    private Incoming keyAlone(int size) throws IOException {
        long end = in.count() + size;
        in.pass(1);
        Varint.passLong(in);
        long offset = baseOffset + Varint.readInt(in);
        int length = Varint.readInt(in);
        byte[] key = length < 0 ? null : in.exactly(Math.min(length, FetchLimits.KEY_BYTES));
        long left = end - in.count();
        if (left < 0) {
            throw new IOException("a record is larger than it says");
        }
        in.pass(left);
        return Incoming.unread(
                topic,
                partition,
                offset,
                key,
                size,
                "it has " + size + " bytes; at most " + FetchLimits.RECORD_BYTES + " are read");
    }

    private Incoming whole(ByteBuffer body) throws IOException {
        int size = body.remaining();
        body.get();
        Varint.passLong(body);
        long offset = baseOffset + Varint.readInt(body);
        byte[] key = bytes(body);
        byte[] value = bytes(body);
        int count = Varint.readInt(body);
        if (count < 0 || count > FetchLimits.HEADERS) {
            String why = "it has " + count + " headers; at most " + FetchLimits.HEADERS + " are read";
            return Incoming.unread(topic, partition, offset, key, size, why);
        }
        Map<String, String> headers = new LinkedHashMap<>();
        Set<String> names = new HashSet<>();
        boolean twice = false;
        for (int i = 0; i < count; i++) {
            String name = text(bytes(body));
            byte[] header = bytes(body);
            twice |= !names.add(name);
            if (header != null) { // clients of other languages write what is not set so
                headers.put(name, text(header));
            }
        }
        return new Incoming(topic, partition, offset, key, value, headers, twice);
    }

    private static byte @Nullable [] bytes(ByteBuffer body) throws IOException {
        int length = Varint.readInt(body);
        if (length < 0) {
            return null;
        }
        if (length > body.remaining()) {
            throw new IOException("a part of a record is larger than the record");
        }
        byte[] bytes = new byte[length];
        body.get(bytes);
        return bytes;
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }
}
