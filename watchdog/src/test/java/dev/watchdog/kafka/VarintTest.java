package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VarintTest {
    private static final byte NEXT = 0x55;

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    /** Read of both, which must stand behind it then. */
    private static int read(byte[] encoded) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(encoded.length + 1).put(encoded).put(NEXT);
        int number = Varint.readInt(buffer.flip());
        assertThat(buffer.get()).isEqualTo(NEXT);
        ByteArrayInputStream stream = new ByteArrayInputStream(buffer.array());
        assertThat(Varint.readInt(stream)).isEqualTo(number);
        assertThat(stream.read()).isEqualTo(NEXT);
        return number;
    }

    /** Of the encoding's own documentation, and the edges. */
    @ParameterizedTest
    @CsvSource({
        "00,0",
        "01,-1",
        "02,1",
        "7f,-64",
        "8001,64",
        "d804,300",
        "feffffff0f,2147483647",
        "ffffffff0f,-2147483648",
        "808000,0"
    })
    void numbersAreReadAsTheyAreWritten(String encoded, int number) throws IOException {
        assertThat(read(bytes(encoded))).isEqualTo(number);
    }

    @Test
    void anyNumberIsReadBack() throws IOException {
        Random random = new Random(13);
        for (int i = 0; i < 10_000; i++) {
            int number = random.nextInt() >> random.nextInt(32);
            ByteBuffer encoded = ByteBuffer.allocate(5);
            long raw = Integer.toUnsignedLong((number << 1) ^ (number >> 31));
            for (; raw >= 0x80; raw >>>= 7) {
                encoded.put((byte) (raw | 0x80));
            }
            encoded.put((byte) raw).flip();
            byte[] whole = new byte[encoded.remaining()];
            encoded.get(whole);
            assertThat(read(whole)).isEqualTo(number);
        }
    }

    @Test
    void longOnesArePassedOver() throws IOException {
        byte[] longest = bytes("ffffffffffffffffff01" + "02");
        ByteBuffer buffer = ByteBuffer.wrap(longest);
        Varint.passLong(buffer);
        assertThat(Varint.readInt(buffer)).isEqualTo(1);
        ByteArrayInputStream stream = new ByteArrayInputStream(longest);
        Varint.passLong(stream);
        assertThat(Varint.readInt(stream)).isEqualTo(1);
    }

    @Test
    void whatIsTooLongOrBreaksOffIsNone() {
        assertThatThrownBy(() -> Varint.readInt(ByteBuffer.wrap(bytes("808080808000"))))
                .isInstanceOf(IOException.class)
                .hasMessage("a number has more than 5 bytes");
        assertThatThrownBy(() -> Varint.readInt(new ByteArrayInputStream(bytes("ffffffffff01"))))
                .hasMessage("a number has more than 5 bytes");
        assertThatThrownBy(() -> Varint.passLong(ByteBuffer.wrap(bytes("ff".repeat(11)))))
                .hasMessage("a number has more than 10 bytes");
        assertThatThrownBy(() -> Varint.readInt(new ByteArrayInputStream(bytes("80"))))
                .isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> Varint.readInt(ByteBuffer.wrap(bytes("80"))))
                .isInstanceOf(BufferUnderflowException.class);
    }
}
