package dev.watchdog.kafka;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.compress.ZstdCompression;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.internals.BufferSupplier;

/**
 * Opens what a batch was compressed to, as a stream: decompressing takes the same memory however much comes out. Of heap
 * that is at most 4 MiB (lz4's largest block) or {@link FetchLimits#BLOCK_BYTES} and the compressed block (snappy), and
 * some KiB otherwise; zstd takes {@link FetchLimits#ZSTD_WINDOW_LOG} outside.
 */
final class Decompression {
    private static final int ZSTD_BUFFER = 16 << 10;

    private Decompression() {}

    /** @throws IOException if it was not compressed so, or would need more memory than it may */
    static InputStream open(CompressionType type, ByteBuffer compressed) throws IOException {
        try {
            if (type == CompressionType.ZSTD) {
                return zstd(compressed);
            }
            if (type == CompressionType.SNAPPY) {
                SnappyBlocks.check(compressed, FetchLimits.BLOCK_BYTES);
            }
            return Compression.of(type)
                    .build()
                    .wrapForInput(compressed, RecordBatch.MAGIC_VALUE_V2, BufferSupplier.NO_CACHING);
        } catch (RuntimeException e) {
            throw new IOException("it cannot be decompressed", e);
        }
    }

    private static InputStream zstd(ByteBuffer compressed) throws IOException {
        ZstdInputStreamNoFinalizer in = ZstdCompression.wrapForZstdInput(compressed, BufferSupplier.NO_CACHING);
        try {
            return new BufferedInputStream(in.setLongMax(FetchLimits.ZSTD_WINDOW_LOG), ZSTD_BUFFER);
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }
}
