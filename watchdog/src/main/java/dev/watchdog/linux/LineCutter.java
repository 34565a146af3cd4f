package dev.watchdog.linux;

import java.util.Arrays;

/**
 * Cuts bytes that come in pieces into lines, in a buffer of one line. A line that is longer than allowed is passed over
 * as a whole: one odd line must not hide the others. Confined to one thread.
 */
final class LineCutter {
    private static final int FIRST_ROOM = 1 << 12;

    /** Who is given the lines. */
    @FunctionalInterface
    interface Lines {
        /**
         * One line without its end.
         *
         * @param bytes good only until this returns
         * @return whether more lines are wanted
         */
        boolean line(byte[] bytes, int from, int to);
    }

    private final int longest;
    private final Lines lines;
    private byte[] begun = new byte[FIRST_ROOM];
    private int length;
    private boolean tooLong;
    private int passedOver;

    /** @param longest bytes of a line that is not passed over */
    LineCutter(int longest, Lines lines) {
        this.longest = longest;
        this.lines = lines;
    }

    /** The next piece; false once no more lines are wanted. */
    boolean feed(byte[] piece, int count) {
        int from = 0;
        for (int i = 0; i < count; i++) {
            if (piece[i] == '\n') {
                boolean more = end(piece, from, i);
                from = i + 1;
                if (!more) {
                    return false;
                }
            }
        }
        keep(piece, from, count);
        return true;
    }

    /** What came after the last end of a line is a line, too. */
    void finish() {
        if (length > 0 || tooLong) {
            boolean ignored = end(begun, 0, 0);
        }
    }

    /** Lines that were too long. */
    int passedOver() {
        return passedOver;
    }

    private boolean end(byte[] piece, int from, int to) {
        if (length == 0 && !tooLong && to - from <= longest) {
            return lines.line(piece, from, to);
        }
        keep(piece, from, to);
        int whole = length;
        length = 0;
        if (tooLong) {
            tooLong = false;
            passedOver++;
            return true;
        }
        return lines.line(begun, 0, whole);
    }

    private void keep(byte[] piece, int from, int to) {
        int wanted = length + to - from;
        if (tooLong || wanted > longest) {
            tooLong = true;
            length = 0;
            return;
        }
        if (wanted > begun.length) {
            begun = Arrays.copyOf(begun, Math.min(longest, Math.max(wanted, 2 * begun.length)));
        }
        System.arraycopy(piece, from, begun, length, to - from);
        length = wanted;
    }
}
