package dev.watchdog.kafka;

/**
 * How much of the commands' topic is held in memory, whoever wrote it and however it is compressed. A command has at most
 * 64 KiB ({@link dev.watchdog.events.CommandReader#MOST_BYTES}).
 */
final class FetchLimits {
    /** So many bytes are asked for at once: what is asked for has to be here before the request is given up. */
    static final int FETCH_BYTES = 128 << 10;

    /**
     * One answer of a broker may have so many bytes. Brokers hand out a batch whole, however little was asked for: this
     * is one of 1 MiB, the most that a topic takes by default (max.message.bytes), and what was asked for.
     */
    static final int ANSWER_BYTES = (1 << 20) + FETCH_BYTES + (128 << 10);

    /** So many brokers are asked at the same time: each may answer with {@link #ANSWER_BYTES}. */
    static final int BROKERS = 4;

    /** One batch may become so many bytes when it is decompressed; the rest of it is not. */
    static final int BATCH_BYTES = 2 << 20;

    /** One compressed block within a batch, by what it says of itself: it is decompressed whole. */
    static final int BLOCK_BYTES = 2 << 20;

    /** Binary logarithm of the window that zstd may need: 8 MiB outside the heap, as its specification recommends. */
    static final int ZSTD_WINDOW_LOG = 23;

    /** One record may have so many bytes, key and headers included; of a larger one only the key is read. */
    static final int RECORD_BYTES = 256 << 10;

    /** The key of a record that is too large; longer ones are no host's id. */
    static final int KEY_BYTES = 256;

    /** One record may have so many headers; a command has a dozen. */
    static final int HEADERS = 64;

    /** So many bytes of records are handed out at once, and one record more. */
    static final int HELD_BYTES = 1 << 20;

    /** So many records are handed out at once. */
    static final int HELD_RECORDS = 500;

    /** The topic may have so many partitions. */
    static final int PARTITIONS = 1_000;

    private FetchLimits() {}
}
