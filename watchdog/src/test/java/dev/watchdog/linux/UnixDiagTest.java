package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UnixDiagTest {
    private static final int SOCK_DIAG_BY_FAMILY = 20;
    private static final FileStatus FILE = new FileStatus(254, 3, 0x1_0000_0007L, 1, false, 0140755);

    private final ByteBuffer messages = ByteBuffer.allocate(4096).order(ByteOrder.nativeOrder());
    private final Set<Long> found = new HashSet<>();

    private void message(int type, int socket, int inode, int major, int minor) {
        messages.putInt(44).putShort((short) type).putShort((short) 2).putLong(0);
        messages.put((byte) 1)
                .put((byte) 1)
                .put((byte) 10)
                .put((byte) 0)
                .putInt(socket)
                .putLong(0);
        messages.putShort((short) 12).putShort((short) 1).putInt(inode).putInt(major << 20 | minor);
    }

    private boolean read() {
        return UnixDiag.read(messages.flip(), FILE, found);
    }

    @Test
    void theSocketOfThatFileIsFoundAmongOthers() {
        message(SOCK_DIAG_BY_FAMILY, 100, 8, 254, 3);
        message(SOCK_DIAG_BY_FAMILY, 101, 7, 254, 3);
        message(SOCK_DIAG_BY_FAMILY, 102, 7, 254, 4);
        message(SOCK_DIAG_BY_FAMILY, 103, 7, 253, 3);
        assertThat(read()).isTrue();
        assertThat(found).containsExactly(101L);
    }

    /** One that is bound to no file, or to an abstract name, has no such attribute. */
    @Test
    void aSocketWithoutAFileIsPassedOver() {
        messages.putInt(40)
                .putShort((short) SOCK_DIAG_BY_FAMILY)
                .putShort((short) 2)
                .putLong(0);
        messages.putInt(0).putInt(100).putLong(0);
        messages.putShort((short) 5).putShort((short) 6).putInt(0);
        message(SOCK_DIAG_BY_FAMILY, 101, 7, 254, 3);
        assertThat(read()).isTrue();
        assertThat(found).containsExactly(101L);
    }

    @Test
    void theEndAndAnErrorEndIt() {
        message(3, 0, 0, 0, 0);
        message(SOCK_DIAG_BY_FAMILY, 101, 7, 254, 3);
        assertThat(read()).isFalse();
        messages.clear();
        message(2, 0, 0, 0, 0);
        assertThat(read()).isFalse();
        assertThat(found).isEmpty();
    }

    @Test
    void whatIsCutOffEndsIt() {
        message(SOCK_DIAG_BY_FAMILY, 101, 7, 254, 3);
        messages.limit(30).position(30);
        assertThat(read()).isFalse();
        messages.clear().putInt(0).putShort((short) SOCK_DIAG_BY_FAMILY).put(new byte[34]);
        assertThat(read()).isFalse();
        assertThat(found).isEmpty();
    }

    @Test
    void attributesWithoutALengthEnd() {
        messages.putInt(48)
                .putShort((short) SOCK_DIAG_BY_FAMILY)
                .putShort((short) 2)
                .putLong(0);
        messages.putInt(0).putInt(100).putLong(0).putLong(0).putLong(0);
        assertThat(read()).isTrue();
        assertThat(found).isEmpty();
    }

    @Test
    void howManyAreFoundIsBounded() {
        for (int i = 0; i < 90; i++) {
            message(SOCK_DIAG_BY_FAMILY, 100 + i, 7, 254, 3);
        }
        assertThat(read()).isFalse();
        assertThat(found).hasSizeBetween(1, 16);
    }
}
