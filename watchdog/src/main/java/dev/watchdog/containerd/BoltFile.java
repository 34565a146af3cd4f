package dev.watchdog.containerd;

import dev.watchdog.linux.RegularFile;
import dev.watchdog.linux.RootView;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads values out of a bbolt database (go.etcd.io/bbolt, internal/common/page.go and meta.go, file version 2) that
 * another process may be writing: nothing is locked, mapped or kept. A page that the newest finished transaction reaches
 * is only written again by the second transaction after it, so what was read is whole if the newest is still the same
 * afterwards; otherwise it is read again.
 */
final class BoltFile implements AutoCloseable {
    private static final int MAGIC = 0xED0CDAED;
    private static final int VERSION = 2;
    private static final int HEADER = 16;
    private static final int ELEMENT = 16;
    private static final int META = 64;
    /** Up to the checksum, which is FNV-1a of it. */
    private static final int SUMMED = 56;

    private static final int BRANCH_PAGE = 1;
    private static final int LEAF_PAGE = 2;
    private static final int BUCKET = 1;
    private static final int DEEPEST = 64;
    private static final int LONGEST = 4_096;
    private static final int ATTEMPTS = 16;

    /** The newest finished transaction: where everything begins. */
    private record Meta(long pageSize, long root, long pages, long transaction) {}

    /** Where a value is in the file. */
    private record Place(long offset, int size, boolean bucket) {}

    private final FileChannel file;

    private BoltFile(FileChannel file) {
        this.file = file;
    }

    /** Fails as well for what is no regular file. */
    static BoltFile open(Path path) throws IOException {
        return new BoltFile(RegularFile.channel(path));
    }

    /** That only root can have written, as somebody sees it; null if there is none. */
    static @Nullable BoltFile owned(RootView files, String path) throws IOException {
        FileChannel file = RegularFile.owned(files, path);
        return file == null ? null : new BoltFile(file);
    }

    /**
     * A value.
     *
     * @param path the names of the buckets, the outermost first, and then that of the value
     * @return null when there is no such value
     * @throws IOException if the file is damaged, or was written all the time
     */
    byte @Nullable [] value(String... path) throws IOException {
        for (int i = 0; i < ATTEMPTS; i++) {
            Meta before = newest();
            try {
                byte[] found = find(before, path);
                if (newest().transaction == before.transaction) {
                    return found;
                }
            } catch (IOException e) {
                if (newest().transaction == before.transaction) {
                    throw e;
                }
            }
        }
        throw new IOException("it was written " + ATTEMPTS + " times while it was read");
    }

    private byte @Nullable [] find(Meta meta, String... path) throws IOException {
        long page = at(meta, meta.root);
        for (int i = 0; ; i++) {
            Place place = seek(meta, page, path[i].getBytes(StandardCharsets.UTF_8));
            boolean last = i == path.length - 1;
            if (place == null || place.bucket == last) {
                return null;
            }
            if (last) {
                return bytes(place.offset, bounded(place.size));
            }
            long root = read(place.offset, 8).getLong();
            // a small bucket's only page is in its value, after the bucket's own header
            page = root == 0 ? place.offset + HEADER : at(meta, root);
        }
    }

    private @Nullable Place seek(Meta meta, long from, byte[] key) throws IOException {
        long page = from;
        for (int depth = 0; depth < DEEPEST; depth++) {
            ByteBuffer header = read(page, HEADER);
            int flags = Short.toUnsignedInt(header.getShort(8));
            int count = Short.toUnsignedInt(header.getShort(10));
            if (flags == LEAF_PAGE) {
                return leaf(page, count, key);
            }
            if (flags != BRANCH_PAGE || count == 0) {
                throw damaged("a page of kind " + flags);
            }
            int index = last(page, count, key, 0, 4);
            page = at(meta, element(page, Math.max(0, index)).getLong(8));
        }
        throw damaged("a tree without end");
    }

    private @Nullable Place leaf(long page, int count, byte[] key) throws IOException {
        int index = last(page, count, key, 4, 8);
        if (index < 0) {
            return null;
        }
        ByteBuffer element = element(page, index);
        long begin = page + HEADER + (long) index * ELEMENT + Integer.toUnsignedLong(element.getInt(4));
        int size = bounded(element.getInt(8));
        boolean same = Arrays.equals(bytes(begin, size), key);
        return same ? new Place(begin + size, element.getInt(12), (element.getInt(0) & BUCKET) != 0) : null;
    }

    /** The last element whose key is not beyond this one; -1 if all are. The offsets are those in an element. */
    private int last(long page, int count, byte[] key, int position, int size) throws IOException {
        int low = 0;
        int high = count - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            ByteBuffer element = element(page, middle);
            long begin = page + HEADER + (long) middle * ELEMENT + Integer.toUnsignedLong(element.getInt(position));
            byte[] found = bytes(begin, bounded(element.getInt(size)));
            if (Arrays.compareUnsigned(found, key) <= 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }

    private ByteBuffer element(long page, int index) throws IOException {
        return read(page + HEADER + (long) index * ELEMENT, ELEMENT);
    }

    private Meta newest() throws IOException {
        for (int i = 0; i < ATTEMPTS; i++) {
            long pageSize = Integer.toUnsignedLong(read(HEADER, META).getInt(8));
            if (Long.bitCount(pageSize) != 1 || pageSize < 512 || pageSize > 1 << 16) {
                throw damaged("its pages are of " + pageSize + " bytes");
            }
            Meta one = meta(0, pageSize);
            Meta other = meta(pageSize, pageSize);
            if (one != null && (other == null || one.transaction > other.transaction)) {
                return one;
            }
            if (other != null) {
                return other;
            }
        }
        throw damaged("no whole first page");
    }

    /** Null when it is being written, or never was whole. */
    private @Nullable Meta meta(long page, long pageSize) throws IOException {
        ByteBuffer meta = read(page + HEADER, META);
        boolean whole = meta.getInt(0) == MAGIC
                && meta.getInt(4) == VERSION
                && meta.getInt(8) == pageSize
                && meta.getLong(SUMMED) == sum(meta);
        return whole ? new Meta(pageSize, meta.getLong(16), meta.getLong(40), meta.getLong(48)) : null;
    }

    private static long sum(ByteBuffer bytes) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < SUMMED; i++) {
            hash = (hash ^ (bytes.get(i) & 0xff)) * 0x100000001b3L;
        }
        return hash;
    }

    private static long at(Meta meta, long page) throws IOException {
        if (page < 2 || page >= meta.pages || page > Long.MAX_VALUE / meta.pageSize) {
            throw damaged("a page number out of range");
        }
        return page * meta.pageSize;
    }

    private static int bounded(int size) throws IOException {
        if (size < 0 || size > LONGEST) {
            throw damaged("a key or value of " + Integer.toUnsignedString(size) + " bytes");
        }
        return size;
    }

    private byte[] bytes(long offset, int size) throws IOException {
        byte[] bytes = new byte[size];
        read(offset, size).get(bytes);
        return bytes;
    }

    private ByteBuffer read(long offset, int size) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (file.read(bytes, offset + bytes.position()) < 0) {
                throw new EOFException("the database ends at " + file.size() + " and is needed at " + offset);
            }
        }
        return bytes.flip();
    }

    private static IOException damaged(String what) {
        return new IOException("the database is damaged: " + what);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
