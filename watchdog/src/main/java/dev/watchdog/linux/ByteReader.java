package dev.watchdog.linux;

import java.util.Arrays;

/** Reads a whole small file of procfs through an open descriptor. */
final class ByteReader {
    private static final int CHUNK = 1 << 16;

    private ByteReader() {}

    /** Everything from the descriptor's place to the end; fails with EOVERFLOW (75) beyond {@code limit} bytes. */
    static byte[] all(Descriptor file, int limit) throws ErrnoException {
        int held = file.hold();
        try {
            byte[] all = new byte[0];
            byte[] chunk = new byte[CHUNK];
            while (true) {
                long count = Libc.read(held, chunk, chunk.length);
                if (count < 0 && Libc.errno() == Errno.EINTR) {
                    continue;
                }
                Libc.check(count, "read", file);
                if (count == 0) {
                    return all;
                }
                int length = all.length;
                if (length + count > limit) {
                    throw new ErrnoException("read", file, 75);
                }
                all = Arrays.copyOf(all, length + (int) count);
                System.arraycopy(chunk, 0, all, length, (int) count);
            }
        } finally {
            file.release();
        }
    }
}
