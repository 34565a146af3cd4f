package dev.watchdog.kafka;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Looks at the blocks of what snappy compressed before any of them is decompressed: each begins with the size that it
 * will have, and the library allocates what it says. Java's clients write blocks of 32 KiB behind a header of their own
 * (org.xerial.snappy.SnappyCodec), librdkafka's write one block alone. Pure.
 */
final class SnappyBlocks {
    private static final long MAGIC = 0x82534e4150505900L; // "\x82SNAPPY\0"
    private static final int MAGIC_BEGINNING = (int) (MAGIC >>> 32);

    /** The magic number, and two versions of four bytes. */
    private static final int HEADER = 16;

    private static final int MOST_SIZE_BYTES = 5;

    private SnappyBlocks() {}

    /**
     * Checks all that is there; the buffer stays as it was.
     *
     * @throws IOException if a block would become larger than {@code most}, or is none
     */
    static void check(ByteBuffer compressed, int most) throws IOException {
        ByteBuffer blocks = compressed.duplicate();
        if (blocks.remaining() < HEADER || blocks.getLong(blocks.position()) != MAGIC) {
            checkBlock(blocks, most);
            return;
        }
        blocks.position(blocks.position() + HEADER);
        while (blocks.remaining() >= Integer.BYTES) {
            int size = blocks.getInt();
            if (size == MAGIC_BEGINNING && blocks.remaining() >= HEADER - Integer.BYTES) {
                blocks.position(blocks.position() + HEADER - Integer.BYTES); // another stream behind the first
                continue;
            }
            if (size < 0 || size > blocks.remaining()) {
                throw new IOException("a block of snappy is not whole");
            }
            checkBlock(blocks.slice(blocks.position(), size), most);
            blocks.position(blocks.position() + size);
        }
    }

    /** Snappy's own format: the size as a varint, seven bits a byte, the lowest first. */
    private static void checkBlock(ByteBuffer block, int most) throws IOException {
        long size = 0;
        for (int i = 0; i < MOST_SIZE_BYTES && block.hasRemaining(); i++) {
            byte each = block.get();
            size |= (each & 0x7fL) << (7 * i);
            if (each >= 0) {
                if (size > most) {
                    throw new BoundedInput.TooLarge(
                            "a block of snappy would become " + size + " bytes; " + most + " are read");
                }
                return;
            }
        }
        throw new IOException("a block of snappy does not tell its size");
    }
}
