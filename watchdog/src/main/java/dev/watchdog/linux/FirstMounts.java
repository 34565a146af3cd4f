package dev.watchdog.linux;

import java.io.ByteArrayOutputStream;

/**
 * Reads the beginning of a thread's mount table: a mount that a namespace was made with stands before those that were
 * mounted there since, of which there may be any number.
 */
final class FirstMounts {
    /** 200 lines of an overlay's length; one line of an overlay of 500 layers (OVL_MAX_STACK) is half of it. */
    static final int MAX_BYTES = 1 << 18;

    private static final int CHUNK = 1 << 13;

    private FirstMounts() {}

    /** Those within the first {@value #MAX_BYTES} bytes. */
    static MountTable of(Descriptor thread) throws ErrnoException {
        ByteArrayOutputStream all = new ByteArrayOutputStream(CHUNK);
        byte[] chunk = new byte[CHUNK];
        try (Descriptor file = Procfs.open(thread, "mountinfo")) {
            int held = file.hold();
            try {
                int count = 1;
                while (count > 0 && all.size() < MAX_BYTES) {
                    count = Libc.check(Libc.read(held, chunk, chunk.length), "read", file);
                    all.write(chunk, 0, count);
                }
            } finally {
                file.release();
            }
        }
        return MountTable.parse(whole(all.toByteArray()));
    }

    /** The kernel ends each read with a whole line, except for one that is longer than the buffer. */
    private static byte[] whole(byte[] lines) {
        int end = lines.length;
        while (end > 0 && lines[end - 1] != '\n') {
            end--;
        }
        return java.util.Arrays.copyOf(lines, end);
    }
}
