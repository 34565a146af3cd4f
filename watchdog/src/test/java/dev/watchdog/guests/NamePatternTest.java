package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamePatternTest {
    @ParameterizedTest
    @CsvSource({
        "build-*, build-7, true",
        "build-*, build-, true",
        "build-*, rebuild-7, false",
        "*, anything, true",
        "*-db, a-b-db, true",
        "*-db, a-db-b, false",
        "a?c, abc, true",
        "a?c, ac, false",
        "a?c, a\uD83D\uDE00c, true",
        "a*b*c, a-b-b-c, true",
        "a**c, ac, true",
        "a.c, abc, false",
        "[ab], a, false",
        "[ab], [ab], true",
        "'\\*', '\\x', true",
        "Build, build, false",
        "'; rm -rf *', '; rm -rf /', true"
    })
    void starsAndQuestionMarksAreAllThatIsSpecial(String pattern, String name, boolean matches) {
        assertThat(NamePattern.parse(pattern).matches(name)).isEqualTo(matches);
    }

    @Test
    void itAgreesWithTheJdksGlobOnEverythingThatBothCanSay() {
        Random random = new Random(4);
        for (int i = 0; i < 20_000; i++) {
            String pattern = word(random, "ab*?", 6);
            String name = word(random, "ab", 8);
            boolean expected =
                    FileSystems.getDefault().getPathMatcher("glob:" + pattern).matches(Path.of(name));
            assertThat(NamePattern.parse(pattern).matches(name))
                    .as(pattern + " on " + name)
                    .isEqualTo(expected);
        }
    }

    @Test
    void aNameMadeToBacktrackCostsNothing() {
        NamePattern pattern = NamePattern.parse("*a".repeat(511) + "*b");
        String name = "a".repeat(100_000);

        assertTimeoutPreemptively(
                Duration.ofSeconds(5), () -> assertThat(pattern.matches(name)).isFalse());
    }

    @Test
    void neitherNothingNorABookIsAPattern() {
        assertThatThrownBy(() -> NamePattern.parse("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> NamePattern.parse("x".repeat(1025))).hasMessageContaining("1 to 1024 characters");
    }

    private static String word(Random random, String letters, int most) {
        StringBuilder word = new StringBuilder();
        for (int length = 1 + random.nextInt(most); length > 0; length--) {
            word.append(letters.charAt(random.nextInt(letters.length())));
        }
        return word.toString();
    }
}
