package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PathBytesTest {
    @Test
    void anyBytesComeBackUnchanged() {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(24)];
            for (int j = 0; j < bytes.length; j++) {
                bytes[j] = (byte) random.nextInt(random.nextBoolean() ? 0xb8 : 1, 0x100);
            }
            String text = PathBytes.decode(bytes, 0, bytes.length);
            assertThat(PathBytes.encode(text)).isEqualTo(bytes);
        }
    }

    @Test
    void textIsUtf8() {
        String text = "/data/größe/€/😀 \n'\"";
        assertThat(PathBytes.encode(text)).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        assertThat(PathBytes.decode(bytes, 0, bytes.length)).isEqualTo(text);
    }

    @Test
    void aNulIsRefused() {
        assertThatThrownBy(() -> PathBytes.encode("/etc/passwd\0.txt"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\\u0000.txt");
    }
}
