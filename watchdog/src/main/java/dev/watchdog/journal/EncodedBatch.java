package dev.watchdog.journal;

import dev.watchdog.events.EventTypes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** A batch ready to be written. Encoding is done on the caller's thread, so that the writer's only waits for the disk. */
record EncodedBatch(Batch batch, List<Row> rows, long bytes) {
    /** What a row costs beside its data, roughly; keeps many small entries from counting as nothing. */
    private static final int ROW_OVERHEAD = 256;

    record Row(Entry entry, String type, long time, String json) {
        static Row of(Entry entry) {
            return new Row(
                    entry, EventTypes.nameOf(entry.data()), micros(entry.time()), EntryCodec.encode(entry.data()));
        }
    }

    /** @throws IllegalArgumentException if the batch holds what cannot be stored */
    static EncodedBatch of(Batch batch) {
        List<Row> rows = new ArrayList<>(batch.entries().size());
        long bytes = 0;
        for (Entry entry : batch.entries()) {
            Row row = Row.of(entry);
            rows.add(row);
            bytes += ROW_OVERHEAD + row.json().length();
        }
        for (var change : batch.state().entrySet()) {
            bytes += ROW_OVERHEAD + change.getValue().map(String::length).orElse(0);
        }
        for (LedgerMark mark : batch.ledger()) {
            bytes += ROW_OVERHEAD
                    + (mark.answer() ? rows.get(mark.entry()).json().length() : 0);
        }
        return new EncodedBatch(batch, rows, bytes);
    }

    /** Times are kept in microseconds since 1970; an {@code IllegalArgumentException} for what is beyond all reason. */
    static long micros(Instant time) {
        try {
            return ChronoUnit.MICROS.between(Instant.EPOCH, time);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("a time cannot be stored: " + time, e);
        }
    }

    static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
