package dev.watchdog.kafka;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Counts what is read and ends with {@link TooLarge} after so many bytes. Not thread safe. */
final class BoundedInput extends FilterInputStream {
    private static final int SKIP_BUFFER = 8 << 10;

    private final long most;
    private long read;

    /** There is more than may be read. */
    static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1;

        TooLarge(String message) {
            super(message);
        }
    }

    BoundedInput(InputStream in, long most) {
        super(in);
        this.most = most;
    }

    /** How many bytes were read so far. */
    long count() {
        return read;
    }

    /** How many more may be read. */
    long left() {
        return most - read;
    }

    @Override
    public int read() throws IOException {
        check();
        int one = super.read();
        read += one < 0 ? 0 : 1;
        return one;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        check();
        int some = super.read(buffer, offset, (int) Math.min(length, left()));
        read += Math.max(0, some);
        return some;
    }

    private void check() throws TooLarge {
        if (read >= most) {
            throw new TooLarge("it is larger than " + most + " bytes");
        }
    }

    /** Reads exactly so many bytes. */
    byte[] exactly(int length) throws IOException {
        byte[] bytes = new byte[length];
        int done = 0;
        while (done < length) {
            int some = read(bytes, done, length - done);
            if (some < 0) {
                throw new EOFException("it ends in the middle of a record");
            }
            done += some;
        }
        return bytes;
    }

    /** Reads so many bytes and keeps none. */
    void pass(long length) throws IOException {
        byte[] buffer = new byte[(int) Math.min(length, SKIP_BUFFER)];
        long left = length;
        while (left > 0) {
            int some = read(buffer, 0, (int) Math.min(left, buffer.length));
            if (some < 0) {
                throw new EOFException("it ends in the middle of a record");
            }
            left -= some;
        }
    }
}
