package dev.watchdog.linux;

import java.io.ByteArrayOutputStream;

/** Reads files of procfs, and others whose size is for somebody else to choose, through an open descriptor. */
final class ByteReader {
    /** The kernel gives a page or two at a time, and JNA copies the whole buffer. */
    static final int CHUNK = 1 << 13;

    private ByteReader() {}

    /** Everything from the descriptor's place to the end; fails with EOVERFLOW beyond {@code limit} bytes. */
    static byte[] all(Descriptor file, int limit) throws ErrnoException {
        ByteArrayOutputStream all = new ByteArrayOutputStream(Math.min(CHUNK, limit));
        byte[] chunk = new byte[CHUNK];
        for (int count = next(file, chunk); count > 0; count = next(file, chunk)) {
            if (all.size() + count > limit) {
                throw tooLarge(file, limit);
            }
            all.write(chunk, 0, count);
        }
        return all.toByteArray();
    }

    /**
     * Line after line until no more are wanted, in the memory of one line.
     *
     * @return how many lines were passed over because they were too long
     * @throws ErrnoException EOVERFLOW or ETIMEDOUT at one of the limits, which its message names
     */
    static int lines(Descriptor file, ReadLimits limits, LineCutter.Lines lines) throws ErrnoException {
        LineCutter cutter = new LineCutter(limits.line(), lines);
        byte[] chunk = new byte[CHUNK];
        long end = SystemClock.nanosSinceBoot() + limits.time().toNanos();
        long read = 0;
        for (int count = next(file, chunk); count > 0; count = next(file, chunk)) {
            read += count;
            if (!cutter.feed(chunk, count)) {
                return cutter.passedOver();
            }
            if (read > limits.bytes()) {
                throw tooLarge(file, limits.bytes());
            }
            if (SystemClock.nanosSinceBoot() > end) {
                throw new ErrnoException(
                        "read for more than " + limits.time().toMillis() + " ms", file, Errno.ETIMEDOUT);
            }
        }
        cutter.finish();
        return cutter.passedOver();
    }

    /** The next piece; 0 at the end. */
    static int next(Descriptor file, byte[] chunk) throws ErrnoException {
        int held = file.hold();
        try {
            while (true) {
                long count = Libc.read(held, chunk, chunk.length);
                if (count >= 0 || Libc.errno() != Errno.EINTR) {
                    return Libc.check(count, "read", file);
                }
            }
        } finally {
            file.release();
        }
    }

    static ErrnoException tooLarge(Descriptor file, long limit) {
        String bound = limit >= 1 << 20 ? (limit >> 20) + " MiB" : limit + " bytes";
        return new ErrnoException("read more than " + bound + " of", file, Errno.EOVERFLOW);
    }
}
