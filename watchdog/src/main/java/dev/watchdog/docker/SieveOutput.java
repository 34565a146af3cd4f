package dev.watchdog.docker;

import java.util.Arrays;

/** What a {@link JsonSieve} lets pass, until it is taken; so many bytes and no more. Confined to one thread. */
final class SieveOutput {
    private static final int FIRST_ROOM = 1 << 10;

    private final int most;
    private byte[] bytes = new byte[FIRST_ROOM];
    private int taken;
    private int length;

    SieveOutput(int most) {
        this.most = most;
    }

    boolean isEmpty() {
        return taken == length;
    }

    void write(int next) throws BadAnswer {
        if (length == bytes.length) {
            if (length >= most) {
                throw BadAnswer.tooLarge("an answer with more than " + (most >> 10) + " KiB of what is needed");
            }
            bytes = Arrays.copyOf(bytes, Math.min(most, 2 * length));
        }
        bytes[length++] = (byte) next;
    }

    void write(byte[] some) throws BadAnswer {
        for (byte each : some) {
            write(each);
        }
    }

    /** Where the next byte will be. */
    int mark() {
        return length;
    }

    /** Takes back what was written since the mark. */
    void back(int mark) {
        length = mark;
    }

    /** Hands over what there is, of which there is some. */
    int take(byte[] to, int offset, int room) {
        int count = Math.min(room, length - taken);
        System.arraycopy(bytes, taken, to, offset, count);
        taken += count;
        if (taken == length) {
            taken = 0;
            length = 0;
        }
        return count;
    }
}
