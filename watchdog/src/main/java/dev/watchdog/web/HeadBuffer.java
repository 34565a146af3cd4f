package dev.watchdog.web;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Collects the bytes of one request's head, up to the empty line that ends it, and refuses at the first byte that no
 * head may have: so nobody's garbage waits for a deadline. Lines end in CR LF and nothing else (RFC 9112 section 2.2
 * allows a bare LF to be taken too; what one server takes for the end of a line and another does not is how requests
 * are smuggled). Not thread safe.
 */
final class HeadBuffer {
    private static final int FIRST_ROOM = 512;
    private static final int DELETE = 0x7f;

    private byte[] bytes = new byte[FIRST_ROOM];
    private int length;
    private int line;

    /**
     * Takes bytes as far as the head goes.
     *
     * @return whether the head is complete; the bytes behind it are left in the buffer
     * @throws Problem.Refusal with 400, 414 or 431
     */
    boolean take(ByteBuf in) {
        while (in.isReadable()) {
            byte next = in.readByte();
            check(next);
            add(next);
            if (next == '\n') {
                if (length - line == 2) {
                    return true;
                }
                line = length;
            }
        }
        return false;
    }

    private void check(byte next) {
        boolean afterReturn = length > 0 && bytes[length - 1] == '\r';
        if (length == 0 && (next < 'A' || next > 'Z')) {
            throw new Problem.Refusal(400, "that is not HTTP/1.1");
        }
        if (afterReturn != (next == '\n')) {
            throw new Problem.Refusal(400, "lines end in CR LF, and neither stands anywhere else");
        }
        boolean control = next >= 0 && next < ' ' && next != '\r' && next != '\n' && next != '\t';
        if (control || next == DELETE) {
            throw new Problem.Refusal(400, "there is a control character in the head");
        }
        if (line == 0 && length >= HttpLimits.REQUEST_LINE) {
            throw new Problem.Refusal(414, "a request line has at most " + HttpLimits.REQUEST_LINE + " bytes");
        }
        if (length >= HttpLimits.REQUEST_HEAD) {
            throw new Problem.Refusal(431, "a request's head has at most " + HttpLimits.REQUEST_HEAD + " bytes");
        }
    }

    private void add(byte next) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.min(2 * length, HttpLimits.REQUEST_HEAD));
        }
        bytes[length++] = next;
    }

    boolean isEmpty() {
        return length == 0;
    }

    /** The head with its empty line; makes room for the next one. */
    byte[] remove() {
        byte[] head = Arrays.copyOf(bytes, length);
        bytes = new byte[FIRST_ROOM];
        length = 0;
        line = 0;
        return head;
    }
}
