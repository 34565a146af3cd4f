package dev.watchdog.containerd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database made by hand: a branch page over two leaves, a bucket with a page of its own, one within its value. */
class BoltFileTest {
    private static final int PAGE = 4096;
    private static final int BRANCH = 1;
    private static final int LEAF = 2;

    @TempDir
    Path directory;

    private final ByteBuffer file = ByteBuffer.allocate(8 * PAGE).order(ByteOrder.LITTLE_ENDIAN);

    private long pages = 8;

    private void meta(int page, long root, long transaction) {
        int at = page * PAGE + 16;
        file.putInt(at, 0xED0CDAED).putInt(at + 4, 2).putInt(at + 8, PAGE);
        file.putLong(at + 16, root).putLong(at + 40, pages).putLong(at + 48, transaction);
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < 56; i++) {
            hash = (hash ^ (file.get(at + i) & 0xff)) * 0x100000001b3L;
        }
        file.putLong(at + 56, hash);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private void branch(int at, String[] keys, long[] pages) {
        file.putShort(at + 8, (short) BRANCH).putShort(at + 10, (short) keys.length);
        int data = at + 16 + 16 * keys.length;
        for (int i = 0; i < keys.length; i++) {
            int element = at + 16 + 16 * i;
            file.putInt(element, data - element).putInt(element + 4, keys[i].length());
            file.putLong(element + 8, pages[i]);
            file.put(data, ascii(keys[i]));
            data += keys[i].length();
        }
    }

    private void leaf(int at, boolean buckets, String[] keys, byte[][] values) {
        file.putShort(at + 8, (short) LEAF).putShort(at + 10, (short) keys.length);
        int data = at + 16 + 16 * keys.length;
        for (int i = 0; i < keys.length; i++) {
            int element = at + 16 + 16 * i;
            file.putInt(element, buckets ? 1 : 0).putInt(element + 4, data - element);
            file.putInt(element + 8, keys[i].length()).putInt(element + 12, values[i].length);
            file.put(data, ascii(keys[i])).put(data + keys[i].length(), values[i]);
            data += keys[i].length() + values[i].length;
        }
    }

    private static byte[] bucket(long root) {
        return ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(root)
                .array();
    }

    /** A leaf with one value, as it stands in its bucket's value. */
    private static byte[] inline(String key, byte[] value) {
        ByteBuffer all = ByteBuffer.allocate(48 + key.length() + value.length).order(ByteOrder.LITTLE_ENDIAN);
        all.putShort(24, (short) LEAF).putShort(26, (short) 1);
        all.putInt(36, 16).putInt(40, key.length()).putInt(44, value.length);
        return all.put(48, ascii(key)).put(48 + key.length(), value).array();
    }

    private void made() {
        meta(0, 2, 6);
        meta(1, 3, 7);
        branch(3 * PAGE, new String[] {"a", "m"}, new long[] {4, 5});
        leaf(4 * PAGE, true, new String[] {"a", "c"}, new byte[][] {bucket(6), inline("id", new byte[] {(byte) 0xac, 2})
        });
        leaf(5 * PAGE, true, new String[] {"m"}, new byte[][] {inline("", new byte[0])});
        leaf(6 * PAGE, false, new String[] {"k", "l"}, new byte[][] {ascii("one"), ascii("two")});
    }

    private byte[] read(String... path) throws IOException {
        Path database = directory.resolve("db");
        Files.write(database, file.array());
        try (BoltFile bolt = BoltFile.open(database)) {
            byte[] found = bolt.value(path);
            return found == null ? ascii("none") : found;
        }
    }

    @Test
    void valuesAreFoundThroughBranchesPagesAndInlineBuckets() throws IOException {
        made();
        assertThat(read("a", "k")).isEqualTo(ascii("one"));
        assertThat(read("a", "l")).isEqualTo(ascii("two"));
        assertThat(SnapshotRecords.number(read("c", "id"))).isEqualTo(300);
        assertThat(read("m", "")).isEmpty();
    }

    @Test
    void whatIsNotThereIsNot() throws IOException {
        made();
        for (String[] path : new String[][] {{"A", "k"}, {"b", "k"}, {"z", "k"}, {"a", "kk"}, {"a"}, {"a", "k", "x"}}) {
            assertThat(read(path)).isEqualTo(ascii("none"));
        }
    }

    @Test
    void theNewestWholeTransactionCounts() throws IOException {
        made();
        file.put(PAGE + 16 + 48, (byte) 9);
        assertThatThrownBy(() -> read("a", "k")).isInstanceOf(IOException.class);
        leaf(2 * PAGE, true, new String[] {"a"}, new byte[][] {inline("k", ascii("old"))});
        assertThat(read("a", "k")).isEqualTo(ascii("old"));
    }

    @Test
    void aPageBeyondThoseThatTheTransactionHasIsRefused() throws IOException {
        made();
        leaf(4 * PAGE, true, new String[] {"a"}, new byte[][] {bucket(7)});
        leaf(7 * PAGE, false, new String[] {"k"}, new byte[][] {ascii("stale")});
        assertThat(read("a", "k")).isEqualTo(ascii("stale"));
        pages = 7;
        meta(1, 3, 7);
        assertThatThrownBy(() -> read("a", "k")).isInstanceOf(IOException.class).hasMessageContaining("out of range");
    }

    @Test
    void aKeyOrValueOfOddSizeIsRefused() {
        made();
        for (int size : new int[] {-1, 4_097}) {
            file.putInt(6 * PAGE + 16 + 12, size);
            assertThatThrownBy(() -> read("a", "k")).hasMessageContaining("damaged: a key or value of");
        }
    }

    @Test
    void aFileThatIsNoDatabaseOrIsDamagedIsRefusedAndNeverHarms() throws IOException {
        assertThatThrownBy(() -> read("a", "k")).isInstanceOf(IOException.class);
        made();
        branch(3 * PAGE, new String[] {"a"}, new long[] {3});
        assertThatThrownBy(() -> read("a", "k")).isInstanceOf(IOException.class).hasMessageContaining("without end");
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            made();
            for (int flips = 0; flips < 4; flips++) {
                file.put(2 * PAGE + random.nextInt(5 * PAGE) / 16 % 4 * PAGE + random.nextInt(96), (byte)
                        random.nextInt());
            }
            try {
                assertThat(read("a", "k").length).isLessThanOrEqualTo(4096);
            } catch (IOException refused) {
                assertThat(refused).hasMessageMatching(".*(damaged|needed at|Negative|negative).*");
            }
        }
    }
}
