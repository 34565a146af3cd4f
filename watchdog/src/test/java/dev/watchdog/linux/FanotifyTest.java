package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class FanotifyTest {
    /** As Linux 6.18 wrote them for a mount of a tmpfs and its umount. */
    private static final String ATTACH_AND_DETACH = "28000000030018000000000100000000ffffffff43750000"
            + "070010000000000097270f8000000000"
            + "28000000030018000000000200000000ffffffff44750000"
            + "070010000000000097270f8000000000";

    private static final long MOUNT = 0x800f2797L;

    private final List<String> told = new ArrayList<>();
    private final Fanotify.Heard heard = new Fanotify.Heard() {
        @Override
        public void mount(boolean detached, long mountId, int pid) {
            told.add((detached ? "detach " : "attach ") + mountId + " by " + pid);
        }

        @Override
        public void overflow() {
            told.add("overflow");
        }
    };

    @Test
    void readsWhatTheKernelWrote() throws IOException {
        Fanotify.parse(ByteBuffer.wrap(HexFormat.of().parseHex(ATTACH_AND_DETACH)), heard);
        assertThat(told).containsExactly("attach " + MOUNT + " by 30019", "detach " + MOUNT + " by 30020");
    }

    @Test
    void tellsAnOverflow() throws IOException {
        Fanotify.parse(record(24, 3, 0x4000, 0), heard);
        assertThat(told).containsExactly("overflow");
    }

    @Test
    void skipsInformationItDoesNotKnow() throws IOException {
        ByteBuffer bytes = record(24 + 8 + 16, 3, 0x2000000, 7);
        bytes.put(24, (byte) 99).putShort(26, (short) 8);
        bytes.put(32, (byte) 7).putShort(34, (short) 16).putLong(40, 5);
        Fanotify.parse(bytes, heard);
        assertThat(told).containsExactly("detach 5 by 7");
    }

    @Test
    void informationOfNoLengthEndsTheRecordAndNotTheWorld() throws IOException {
        Fanotify.parse(record(24 + 16, 3, 0x2000000, 7), heard);
        assertThat(told).isEmpty();
    }

    @Test
    void attachedAndDetachedInOneRecordAreBothTold() throws IOException {
        ByteBuffer bytes = record(24 + 16, 3, 0x3000000, 7);
        bytes.put(24, (byte) 7).putShort(26, (short) 16).putLong(32, 5);
        Fanotify.parse(bytes, heard);
        assertThat(told).containsExactly("attach 5 by 7", "detach 5 by 7");
    }

    /** What lies behind it belongs to the next record, or to nobody. */
    @Test
    void informationThatIsTooShortOrReachesBeyondItsRecordIsNotRead() throws IOException {
        ByteBuffer shorter = record(24 + 8, 3, 0x2000000, 7);
        shorter.put(24, (byte) 7).putShort(26, (short) 8);
        Fanotify.parse(shorter, heard);
        ByteBuffer longer = ByteBuffer.allocate(24 + 8 + 24).order(ByteOrder.nativeOrder());
        longer.put(record(24 + 8, 3, 0x2000000, 7).array());
        longer.put(record(24, 3, 0, 0).array()).flip();
        longer.put(24, (byte) 7).putShort(26, (short) 16);
        Fanotify.parse(longer, heard);
        assertThat(told).isEmpty();
    }

    @Test
    void refusesWhatIsNotKnown() {
        assertThatThrownBy(() -> Fanotify.parse(record(24, 4, 0, 0), heard)).hasMessageContaining("not known");
        assertThatThrownBy(() -> Fanotify.parse(record(24, 3, 0, 0).putInt(0, 4_000), heard))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Fanotify.parse(record(24, 3, 0, 0).putInt(0, 0), heard))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Fanotify.parse(ByteBuffer.wrap(new byte[7]), heard))
                .isInstanceOf(IOException.class);
    }

    private static ByteBuffer record(int length, int version, long mask, int pid) {
        return ByteBuffer.allocate(length)
                .order(ByteOrder.nativeOrder())
                .putInt(0, length)
                .put(4, (byte) version)
                .putShort(6, (short) 24)
                .putLong(8, mask)
                .putInt(20, pid);
    }
}
