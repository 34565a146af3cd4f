package dev.watchdog.journal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * How a journal is kept. Defaults are those of the shipped configuration; the bounds keep memory and disk finite.
 *
 * @param directory where its files are; made with mode 0700 when it is missing
 * @param hostId this host, as it stands in every event's source: letters, digits and {@code . _ : -}
 * @param maxSize bytes the database and its write-ahead log may take together, at least 1 MiB
 * @param maxAge entries older than this are dropped, unless they are pinned; at least one second
 * @param queueBatches how many batches may wait to be written before appends are refused
 * @param queueBytes how many bytes of event data may wait likewise, and the most that one batch may hold
 * @param readDeadline after which a read fails
 */
public record JournalOptions(
        Path directory,
        String hostId,
        long maxSize,
        Duration maxAge,
        int queueBatches,
        long queueBytes,
        Duration readDeadline) {
    private static final long MIB = 1 << 20;
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

    /** @throws IllegalArgumentException naming the first value that cannot be */
    public JournalOptions {
        directory = directory.toAbsolutePath().normalize();
        // sqlite-jdbc reads what follows a question mark in a file name as settings
        require(directory.toString().indexOf('?') < 0, "the journal's directory may not contain a question mark");
        require(HOST.matcher(hostId).matches(), "the host id may only hold letters, digits, dots, colons, _ and -");
        require(maxSize >= MIB, "the journal's maxSize must be at least 1 MiB");
        require(maxAge.compareTo(Duration.ofSeconds(1)) >= 0, "the journal's maxAge must be at least 1 s");
        require(queueBatches >= 1 && queueBytes >= 1, "the journal's queue must hold something");
        require(readDeadline.toMillis() >= 1, "the journal's read deadline must be at least 1 ms");
    }

    /** The defaults: 1 GiB, 30 days, 4,096 batches or 8 MiB waiting, reads within 5 seconds. */
    public static JournalOptions of(Path directory, String hostId) {
        return new JournalOptions(
                directory, hostId, 1024 * MIB, Duration.ofDays(30), 4096, 8 * MIB, Duration.ofSeconds(5));
    }

    public JournalOptions withMaxSize(long bytes) {
        return new JournalOptions(directory, hostId, bytes, maxAge, queueBatches, queueBytes, readDeadline);
    }

    public JournalOptions withMaxAge(Duration age) {
        return new JournalOptions(directory, hostId, maxSize, age, queueBatches, queueBytes, readDeadline);
    }

    public JournalOptions withQueue(int batches, long bytes) {
        return new JournalOptions(directory, hostId, maxSize, maxAge, batches, bytes, readDeadline);
    }

    public JournalOptions withReadDeadline(Duration deadline) {
        return new JournalOptions(directory, hostId, maxSize, maxAge, queueBatches, queueBytes, deadline);
    }

    /** The part of {@link #maxSize} that the write-ahead log may take: an eighth, at most 4 MiB. */
    long walLimit() {
        return Math.min(4 * MIB, maxSize / 8);
    }

    /** What is left for the database itself. */
    long databaseLimit() {
        return maxSize - walLimit();
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
