package dev.watchdog.linux;

import java.io.IOException;
import java.io.InputStream;

/**
 * Reads an open file piece by piece, up to a limit at which it fails: for files whose size is for somebody else to choose.
 * Confined to one thread.
 */
public final class FileInput extends InputStream {
    private final Descriptor file;
    private final long limit;
    private long read;

    /** Takes over the descriptor. */
    FileInput(Descriptor file, long limit) {
        this.file = file;
        this.limit = limit;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        byte[] chunk = new byte[Math.min(length, ByteReader.CHUNK)];
        int count = ByteReader.next(file, chunk);
        read += count;
        if (read > limit) {
            throw ByteReader.tooLarge(file, limit);
        }
        System.arraycopy(chunk, 0, bytes, offset, count);
        return count == 0 ? -1 : count;
    }

    @Override
    public void close() {
        file.close();
    }
}
