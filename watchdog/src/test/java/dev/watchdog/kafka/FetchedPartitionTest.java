package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.utils.internals.ByteUtils;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a broker hands out, as anybody may have written it. */
@NullUnmarked // what must be there is dereferenced: a null fails the test
class FetchedPartitionTest {
    private static final int MIB = 1 << 20;

    @ParameterizedTest
    @EnumSource(CompressionType.class)
    void whatWasWrittenIsReadInOrderFromTheWantedOffsetOn(CompressionType type) throws Exception {
        Header header = new RecordHeader("h", bytes("é"));
        MemoryRecords records = batch(
                type,
                100,
                new SimpleRecord(1, bytes("k0"), bytes("v0")),
                new SimpleRecord(2, bytes("k1"), bytes("v1"), new Header[] {header}),
                new SimpleRecord(3, (byte[]) null, null, new Header[] {header, header}));
        FetchedPartition fetched = fetched(101, records);
        List<Incoming> read = all(fetched);
        assertThat(read).extracting(Incoming::offset).containsExactly(101L, 102L);
        assertThat(read.get(0).addressee()).isEqualTo("k1");
        assertThat(read.get(0).value()).isEqualTo(bytes("v1"));
        assertThat(read.get(0).headers()).containsEntry("h", "é");
        assertThat(read.get(0).headersTwice()).isFalse();
        assertThat(read.get(1).addressee()).isEmpty();
        assertThat(read.get(1).headersTwice()).isTrue();
        assertThat(fetched.next()).isEqualTo(103);
    }

    /** Clients for JavaScript write what is not set as a header without a value. */
    @Test
    void aHeaderWithoutAValueIsNotSetButThereTwiceAllTheSame() throws Exception {
        Header none = new RecordHeader("ce_subject", (byte[]) null);
        Header some = new RecordHeader("ce_subject", bytes("s"));
        List<Incoming> read = all(fetched(
                7,
                batch(
                        CompressionType.NONE,
                        7,
                        new SimpleRecord(1, bytes("k"), bytes("v"), new Header[] {none}),
                        new SimpleRecord(1, bytes("k"), bytes("v"), new Header[] {none, some}))));
        assertThat(read.get(0).headers()).isEmpty();
        assertThat(read.get(0).headersTwice()).isFalse();
        assertThat(read.get(1).headersTwice()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = CompressionType.class,
            names = {"GZIP", "SNAPPY", "LZ4", "ZSTD"})
    void oneRecordOf200MiBIsPassedOver(CompressionType type) throws Exception {
        MemoryRecords records = huge(type, stream -> stream.record(200 * MIB));
        List<Incoming> read = all(fetched(7, records, batch(CompressionType.NONE, 8, plain("next"))));
        assertUnreadThenNext(read, 7, "it cannot be read (a record says that it has 2097");
    }

    @ParameterizedTest
    @EnumSource(
            value = CompressionType.class,
            names = {"GZIP", "SNAPPY", "LZ4", "ZSTD"})
    void manyRecordsOf200MiBTogetherAreReadToTheLimitAndThenPassedOver(CompressionType type) throws Exception {
        MemoryRecords records = huge(type, stream -> {
            for (int i = 0; i < 2_000; i++) {
                stream.record(100 << 10);
            }
        });
        FetchedPartition fetched = fetched(7, records, batch(CompressionType.NONE, 2_007, plain("next")));
        long whole = 0;
        Incoming last = null;
        while (!fetched.done()) {
            List<Incoming> some = new ArrayList<>();
            fetched.read(some);
            List<Incoming> held =
                    some.stream().filter(each -> each.value() != null).toList();
            assertThat(held.stream().mapToLong(Incoming::bytes).sum())
                    .as("held at once")
                    .isLessThan(FetchLimits.HELD_BYTES + FetchLimits.RECORD_BYTES);
            whole += held.size();
            last = some.isEmpty() ? last : some.get(some.size() - 1);
        }
        assertThat(whole).isBetween(18L, 21L);
        assertThat(last).isNotNull();
        assertThat(last.value()).isEqualTo(bytes("next"));
    }

    @Test
    void ofARecordThatIsTooLargeTheKeyIsKeptAndWhatComesAfterItIsRead() throws Exception {
        MemoryRecords records = batch(
                CompressionType.NONE,
                7,
                new SimpleRecord(1, bytes("h1"), new byte[FetchLimits.RECORD_BYTES]),
                new SimpleRecord(1, bytes("x".repeat(300_000)), bytes("")),
                plain("next"));
        List<Incoming> read = all(fetched(7, records));
        assertThat(read).hasSize(3);
        assertThat(read.get(0).addressee()).isEqualTo("h1");
        assertThat(unread(read.get(0)).why()).contains("it has 2621", "at most 262144 are read");
        assertThat(unread(read.get(0)).anybodys()).isFalse();
        assertThat(read.get(1).addressee()).hasSize(FetchLimits.KEY_BYTES);
        assertThat(read.get(2).value()).isEqualTo(bytes("next"));
    }

    @Test
    void aRecordOfTooManyHeadersIsNotRead() throws Exception {
        Header[] headers = new Header[FetchLimits.HEADERS + 1];
        Arrays.fill(headers, new RecordHeader("", null));
        MemoryRecords records =
                batch(CompressionType.GZIP, 7, new SimpleRecord(1, bytes("h1"), bytes("v"), headers), plain("next"));
        List<Incoming> read = all(fetched(7, records));
        assertThat(unread(read.get(0)).why()).isEqualTo("it has 65 headers; at most 64 are read");
        assertThat(read.get(0).addressee()).isEqualTo("h1");
        assertThat(read.get(1).value()).isEqualTo(bytes("next"));
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 5, Integer.MAX_VALUE})
    void aRecordThatSaysItIsOfAnySizeIsOnlyThat(int size) throws Exception {
        ByteBuffer body = ByteBuffer.allocate(100);
        ByteUtils.writeVarint(size, body);
        List<Incoming> read = all(fetched(
                7, raw(CompressionType.NONE, 7, 1, body.flip()), batch(CompressionType.NONE, 8, plain("next"))));
        assertUnreadThenNext(read, 7, "it cannot be read (a record says that it has " + size + " bytes)");
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MAX_VALUE, 3 * MIB})
    void aBlockOfSnappyThatSaysItIsHugeIsNotDecompressed(int size) throws Exception {
        ByteBuffer lone = ByteBuffer.allocate(64);
        ByteUtils.writeUnsignedVarint(size, lone);
        MemoryRecords alone = raw(CompressionType.SNAPPY, 7, 1, lone.flip());
        assertUnreadThenNext(
                all(fetched(7, alone, batch(CompressionType.NONE, 8, plain("next")))),
                7,
                "would become " + size + " bytes");

        ByteBuffer framed = ByteBuffer.allocate(64);
        framed.put(new byte[] {(byte) 0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0})
                .putInt(1)
                .putInt(1)
                .putInt(8);
        ByteUtils.writeUnsignedVarint(size, framed);
        framed.position(16 + 4 + 8);
        MemoryRecords inFrame = raw(CompressionType.SNAPPY, 7, 1, framed.flip());
        assertUnreadThenNext(
                all(fetched(7, inFrame, batch(CompressionType.NONE, 8, plain("next")))),
                7,
                "would become " + size + " bytes");
    }

    /** Magic number, a header that tells no size, a window of 128 MiB, and one last block that is empty. */
    @Test
    void zstdGetsNoWindowOf128MiB() throws Exception {
        byte[] frame = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, (byte) ((27 - 10) << 3), 1, 0, 0};
        MemoryRecords records = raw(CompressionType.ZSTD, 7, 1, ByteBuffer.wrap(frame));
        assertUnreadThenNext(
                all(fetched(7, records, batch(CompressionType.NONE, 8, plain("next")))), 7, "too much memory");
    }

    @Test
    void whatIsDamagedIsPassedOver() throws Exception {
        MemoryRecords damaged = batch(CompressionType.NONE, 7, plain("lost"), plain("lost, too"));
        ByteBuffer buffer = damaged.buffer();
        buffer.put(buffer.limit() - 1, (byte) (buffer.get(buffer.limit() - 1) + 1));
        List<Incoming> read = all(fetched(7, damaged, batch(CompressionType.NONE, 9, plain("next"))));
        assertUnreadThenNext(read, 8, "it cannot be read with those from 7 on (Record is corrupt");
    }

    @Test
    void whatIsOfBeforeKafka011IsPassedOver() throws Exception {
        ByteBuffer buffer = ByteBuffer.allocate(1_000);
        MemoryRecordsBuilder builder = MemoryRecords.builder(
                buffer, RecordBatch.MAGIC_VALUE_V1, Compression.NONE, TimestampType.CREATE_TIME, 7);
        builder.append(1, bytes("h1"), bytes("old"));
        List<Incoming> read = all(fetched(7, builder.build(), batch(CompressionType.NONE, 8, plain("next"))));
        assertUnreadThenNext(read, 7, "it is written as before Kafka 0.11");
    }

    @Test
    void whatWasGivenUpIsNotRead() throws Exception {
        ByteBuffer all = ByteBuffer.allocate(2_000);
        put(all, MemoryRecords.withTransactionalRecords(0, Compression.NONE, 5, (short) 0, 0, 0, plain("given up")));
        put(all, MemoryRecords.withTransactionalRecords(1, Compression.NONE, 6, (short) 0, 0, 0, plain("kept")));
        put(all, marker(2, 5, ControlRecordType.ABORT));
        put(all, MemoryRecords.withTransactionalRecords(3, Compression.NONE, 5, (short) 0, 1, 0, plain("then kept")));
        put(all, marker(4, 5, ControlRecordType.COMMIT));
        put(all, marker(5, 6, ControlRecordType.COMMIT));
        FetchResponseData.PartitionData data = new FetchResponseData.PartitionData()
                .setRecords(MemoryRecords.readableRecords(all.flip()))
                .setAbortedTransactions(List.of(new FetchResponseData.AbortedTransaction()
                        .setProducerId(5)
                        .setFirstOffset(0)));
        FetchedPartition fetched = new FetchedPartition("t", 0, 0, data);
        assertThat(all(fetched).stream().map(each -> text(each.value())).toList())
                .containsExactly("kept", "then kept");
        assertThat(fetched.next()).isEqualTo(6);
    }

    @RepeatedTest(200)
    void whateverIsWrittenReadingEndsBehindIt() throws Exception {
        SplittableRandom random = new SplittableRandom();
        CompressionType type = CompressionType.forId(random.nextInt(5));
        byte[] bytes = random.nextBoolean() ? new byte[random.nextInt(1, 300)] : valid(type);
        for (int i = random.nextInt(1, 8); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        MemoryRecords records = raw(type, 7, random.nextInt(-2, 40), ByteBuffer.wrap(bytes));
        FetchedPartition fetched = fetched(7, records, batch(CompressionType.NONE, 47, plain("next")));
        List<Incoming> read = all(fetched);
        assertThat(read.get(read.size() - 1).value()).isEqualTo(bytes("next"));
        assertThat(fetched.next()).isEqualTo(48);
    }

    private static byte[] valid(CompressionType type) {
        ByteBuffer whole = batch(type, 7, plain("a"), plain("b"), plain("c")).buffer();
        byte[] bytes = new byte[whole.limit() - DefaultRecordBatch.RECORD_BATCH_OVERHEAD];
        whole.get(DefaultRecordBatch.RECORD_BATCH_OVERHEAD, bytes);
        return bytes;
    }

    private static void assertUnreadThenNext(List<Incoming> read, long offset, String why) {
        assertThat(read).hasSize(2);
        assertThat(read.get(0).offset()).isEqualTo(offset);
        assertThat(unread(read.get(0)).why()).contains(why);
        assertThat(unread(read.get(0)).anybodys()).isTrue();
        assertThat(read.get(1).value()).isEqualTo(bytes("next"));
    }

    private static Incoming.Unread unread(Incoming record) {
        assertThat(record.unread()).isNotNull();
        return record.unread();
    }

    private static List<Incoming> all(FetchedPartition fetched) {
        List<Incoming> all = new ArrayList<>();
        for (int i = 0; !fetched.done(); i++) {
            assertThat(i).isLessThan(10_000);
            fetched.read(all);
        }
        return all;
    }

    private static FetchedPartition fetched(long from, MemoryRecords... batches) throws IOException {
        int size = Arrays.stream(batches).mapToInt(MemoryRecords::sizeInBytes).sum();
        ByteBuffer all = ByteBuffer.allocate(size);
        Arrays.stream(batches).forEach(each -> put(all, each));
        return new FetchedPartition(
                "t",
                0,
                from,
                new FetchResponseData.PartitionData().setRecords(MemoryRecords.readableRecords(all.flip())));
    }

    private static void put(ByteBuffer all, MemoryRecords records) {
        all.put(records.buffer().duplicate());
    }

    private static MemoryRecords marker(long offset, long producer, ControlRecordType type) {
        return MemoryRecords.withEndTransactionMarker(
                offset, 0, 0, producer, (short) 0, new EndTransactionMarker(type, 0));
    }

    private static MemoryRecords batch(CompressionType type, long offset, SimpleRecord... records) {
        return MemoryRecords.withRecords(offset, Compression.of(type).build(), records);
    }

    private static SimpleRecord plain(String value) {
        return new SimpleRecord(1, bytes("h1"), bytes(value));
    }

    private static MemoryRecords huge(CompressionType type, Consumer<HugeBatch> content) throws IOException {
        HugeBatch batch = new HugeBatch(type);
        content.accept(batch);
        return raw(type, 7, batch.count(), batch.bytes());
    }

    /** A batch with this behind its header, as if some client had made it. */
    private static MemoryRecords raw(CompressionType type, long offset, int count, ByteBuffer content) {
        ByteBuffer whole = ByteBuffer.allocate(DefaultRecordBatch.RECORD_BATCH_OVERHEAD + content.remaining());
        whole.position(DefaultRecordBatch.RECORD_BATCH_OVERHEAD);
        whole.put(content.duplicate());
        whole.position(0);
        DefaultRecordBatch.writeHeader(
                whole,
                offset,
                Math.max(0, count - 1),
                whole.capacity(),
                RecordBatch.MAGIC_VALUE_V2,
                type,
                TimestampType.CREATE_TIME,
                1,
                1,
                RecordBatch.NO_PRODUCER_ID,
                RecordBatch.NO_PRODUCER_EPOCH,
                RecordBatch.NO_SEQUENCE,
                false,
                false,
                false,
                0,
                count);
        return MemoryRecords.readableRecords(whole.position(0));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
