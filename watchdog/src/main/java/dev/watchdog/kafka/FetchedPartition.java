package dev.watchdog.kafka;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.requests.FetchResponse;
import org.jspecify.annotations.Nullable;

/**
 * What one answer of a broker holds of one partition, read bit by bit: of all that a batch becomes, one record and the
 * stream's own buffers are in memory at a time. What cannot be read is handed out as a record that says so, and reading
 * goes on behind it. Not thread safe.
 */
final class FetchedPartition implements AutoCloseable {
    private final String topic;
    private final int partition;
    private final ByteBuffer records;
    private final Iterator<? extends RecordBatch> batches;
    private final AbortedTransactions aborted;
    private int at;
    private long next;
    private @Nullable RecordBatch batch;
    private @Nullable BoundedInput stream;
    private @Nullable RecordReader reader;
    private int left;
    private boolean done;

    /**
     * Reads from an offset on; a broker gives the whole batch that holds it.
     *
     * @throws IOException if the answer does not hold records
     */
    FetchedPartition(String topic, int partition, long from, FetchResponseData.PartitionData data) throws IOException {
        this.topic = topic;
        this.partition = partition;
        this.next = from;
        if (!(FetchResponse.recordsOrFail(data) instanceof MemoryRecords memory)) {
            throw new IOException("the broker's answer holds no records");
        }
        records = memory.buffer();
        batches = memory.batches().iterator();
        aborted = new AbortedTransactions(data.abortedTransactions());
    }

    int partition() {
        return partition;
    }

    /** The offset behind all that was read so far. */
    long next() {
        return next;
    }

    /** True when all is read. */
    boolean done() {
        return done;
    }

    /** Adds what comes next; at most {@link FetchLimits#HELD_BYTES} and {@link FetchLimits#HELD_RECORDS} come at once. */
    void read(List<Incoming> into) {
        long held = 0;
        while (!done && held < FetchLimits.HELD_BYTES && into.size() < FetchLimits.HELD_RECORDS) {
            long before = read();
            Incoming record = one();
            held += Math.max(0, read() - before);
            if (record != null) {
                into.add(record);
            }
        }
    }

    /** Of the batch at hand. */
    private long read() {
        return stream == null ? 0 : stream.count();
    }

    private @Nullable Incoming one() {
        RecordBatch open = batch;
        RecordReader reading = reader;
        if (open == null || reading == null || left <= 0) {
            return advance();
        }
        try {
            left--;
            Incoming record = reading.next();
            if (record.offset() < next || record.offset() > open.lastOffset()) {
                return null; // before where it began; or a broker that makes up offsets
            }
            next = record.offset() + 1;
            return record;
        } catch (IOException | RuntimeException | Error e) {
            return unread(open, e);
        }
    }

    /** To the next batch; null unless it cannot be opened. */
    private @Nullable Incoming advance() {
        close();
        try {
            if (!batches.hasNext()) {
                done = true;
                return null;
            }
            RecordBatch found = batches.next();
            batch = found;
            int size = found.sizeInBytes();
            ByteBuffer whole = records.slice(at, size);
            at += size;
            return found.lastOffset() < next || aborted.hides(found) ? null : open(found, whole);
        } catch (RuntimeException e) {
            done = true; // what follows has no beginning
            return Incoming.unread(topic, partition, next, null, records.limit(), "its batch is damaged");
        }
    }

    private @Nullable Incoming open(RecordBatch found, ByteBuffer whole) {
        try {
            if (!(found instanceof DefaultRecordBatch)) {
                throw new IOException("it is written as before Kafka 0.11");
            }
            found.ensureValid();
            left = found.countOrNull();
            ByteBuffer compressed =
                    whole.position(DefaultRecordBatch.RECORD_BATCH_OVERHEAD).slice();
            stream = new BoundedInput(Decompression.open(found.compressionType(), compressed), FetchLimits.BATCH_BYTES);
            reader = new RecordReader(topic, partition, found.baseOffset(), stream);
            return null;
        } catch (IOException | RuntimeException | Error e) {
            return unread(found, e);
        }
    }

    /**
     * Nothing more of this batch is read. What anybody may have written must not stop what comes after it, so whatever
     * went wrong is only that: snappy-java throws errors of its own, and its library may not load.
     */
    private Incoming unread(RecordBatch found, Throwable why) {
        if (why instanceof VirtualMachineError fatal) {
            throw fatal;
        }
        String which = next == found.lastOffset() ? "" : "with those from " + next + " on ";
        String text = "it cannot be read " + which + "(" + why.getMessage() + ")";
        long last = Math.max(next, found.lastOffset());
        next = last + 1;
        left = 0;
        return Incoming.unreadByAnybody(topic, partition, last, found.sizeInBytes(), text);
    }

    /** Lets go of what the batch at hand holds; what is left of it is passed over. */
    @Override
    public void close() {
        RecordBatch open = batch;
        if (open != null && left <= 0) {
            next = Math.max(next, open.nextOffset());
        }
        BoundedInput closing = stream;
        stream = null;
        reader = null;
        batch = null;
        left = 0;
        if (closing != null) {
            try {
                closing.close();
            } catch (IOException e) {
                throw new IllegalStateException("a stream in memory does not close", e);
            }
        }
    }
}
