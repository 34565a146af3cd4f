package dev.watchdog.linux;

import java.io.ByteArrayOutputStream;

/** Reads a whole small file of procfs through an open descriptor. */
final class ByteReader {
    /** The kernel gives a page or two at a time, and JNA copies the whole buffer. */
    private static final int CHUNK = 1 << 13;

    private ByteReader() {}

    /** Everything from the descriptor's place to the end; fails with EOVERFLOW beyond {@code limit} bytes. */
    static byte[] all(Descriptor file, int limit) throws ErrnoException {
        int held = file.hold();
        try {
            ByteArrayOutputStream all = new ByteArrayOutputStream(CHUNK);
            byte[] chunk = new byte[CHUNK];
            while (true) {
                long count = Libc.read(held, chunk, chunk.length);
                if (count < 0 && Libc.errno() == Errno.EINTR) {
                    continue;
                }
                Libc.check(count, "read", file);
                if (count == 0) {
                    return all.toByteArray();
                }
                if (all.size() + count > limit) {
                    throw new ErrnoException("read", file, Errno.EOVERFLOW);
                }
                all.write(chunk, 0, (int) count);
            }
        } finally {
            file.release();
        }
    }
}
