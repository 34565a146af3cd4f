package dev.watchdog.linux;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LineCutterTest {
    private static final int LONGEST = 20;

    private final List<String> cut = new ArrayList<>();

    private LineCutter cutter(int wanted) {
        return new LineCutter(LONGEST, (bytes, from, to) -> {
            cut.add(new String(bytes, from, to - from, ISO_8859_1));
            return cut.size() < wanted;
        });
    }

    private static boolean feed(LineCutter cutter, String piece) {
        byte[] bytes = piece.getBytes(ISO_8859_1);
        return cutter.feed(bytes, bytes.length);
    }

    @Test
    void linesAreTheSameHoweverTheyCome() {
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 2_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(12); i > 0; i--) {
                text.append("x".repeat(random.nextInt(2 * LONGEST))).append(random.nextInt(4) == 0 ? "" : "\n");
            }
            cut.clear();
            LineCutter cutter = cutter(Integer.MAX_VALUE);
            String left = text.toString();
            while (!left.isEmpty()) {
                int size = 1 + random.nextInt(left.length());
                assertThat(feed(cutter, left.substring(0, size))).isTrue();
                left = left.substring(size);
            }
            cutter.finish();
            List<String> lines = text.isEmpty()
                    ? List.of()
                    : Stream.of(text.toString().split("\n", -1)).toList();
            if (text.toString().endsWith("\n")) {
                lines = lines.subList(0, lines.size() - 1);
            }
            assertThat(cut)
                    .containsExactlyElementsOf(lines.stream()
                            .filter(line -> line.length() <= LONGEST)
                            .toList());
            assertThat(cutter.passedOver()).isEqualTo(lines.size() - cut.size());
        }
    }

    @Test
    void nothingIsCutOnceEnoughIsThere() {
        LineCutter cutter = cutter(2);
        assertThat(feed(cutter, "a\nb")).isTrue();
        assertThat(feed(cutter, "\nc\nd\n")).isFalse();
        assertThat(cut).containsExactly("a", "b");
    }
}
