package dev.watchdog.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EvidenceTest {
    @Test
    void theSummaryIsTheSentence() {
        assertThat(Evidence.of("lost").summary()).isEqualTo("lost");
        assertThat(new Evidence(Map.of()).summary()).isEmpty();
        assertThat(new Evidence(Map.of("summary", 7)).summary()).isEmpty();
    }

    @Test
    void oneMoreFactLeavesTheFirstAlone() {
        Evidence first = Evidence.of("lost");
        Evidence second = first.with("path", "/x").with("path", "/y");

        assertThat(first.facts()).containsOnlyKeys("summary");
        assertThat(second.facts()).containsExactly(Map.entry("summary", "lost"), Map.entry("path", "/y"));
    }

    @Test
    void nothingThatWentInCanChangeIt() {
        AtomicLong number = new AtomicLong(1);
        StringBuilder text = new StringBuilder("a");
        List<Object> list = new ArrayList<>(List.of(number, text));
        Map<String, Object> map = new HashMap<>(Map.of("list", list));
        Evidence evidence = new Evidence(new HashMap<>(Map.of("map", map)));

        number.set(2);
        text.append("b");
        list.add("more");
        map.put("more", "more");

        assertThat(evidence.facts()).isEqualTo(Map.of("map", Map.of("list", List.of(1L, "a"))));
    }

    @Test
    @SuppressWarnings("unchecked") // the types of the facts are those put in above
    void nothingThatCameOutCanChangeIt() {
        Evidence evidence = new Evidence(Map.of("map", Map.of("list", List.of(1, Map.of("a", "b")))));
        Map<String, Object> map =
                (Map<String, Object>) Objects.requireNonNull(evidence.facts().get("map"));
        List<Object> list = (List<Object>) Objects.requireNonNull(map.get("list"));
        Map<String, Object> inner = (Map<String, Object>) list.get(1);

        assertThatThrownBy(() -> evidence.facts().put("x", "y")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> map.put("x", "y")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> list.add("y")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> inner.clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void oddKeysBecomeTextAndNullsAreLeftOut() {
        Map<Object, Object> odd = new HashMap<>();
        odd.put(null, "null key");
        odd.put(7, "number key");
        odd.put("", "no key");
        odd.put("a\n\"\u0000", "ugly key");
        odd.put("half \uD800", "half a character");
        odd.put("gone", null);
        odd.put("list", Arrays.asList("a", null, "b"));

        assertThat(new Evidence(Map.of("odd", odd)).facts().get("odd"))
                .isEqualTo(Map.of(
                        "null",
                        "null key",
                        "7",
                        "number key",
                        "",
                        "no key",
                        "a\n\"\u0000",
                        "ugly key",
                        "half \uFFFD",
                        "half a character",
                        "list",
                        List.of("a", "b")));
    }

    @Test
    void valuesAreWhatJsonCanHold() {
        assertThat(value(1)).isEqualTo(1L);
        assertThat(value((byte) -1)).isEqualTo(-1L);
        assertThat(value(0.1f)).isEqualTo(0.1);
        assertThat(value(new BigDecimal("1E+3"))).isEqualTo(1000.0);
        assertThat(value(BigInteger.TEN)).isEqualTo(10L);
        assertThat(value(BigInteger.ONE.shiftLeft(63))).isEqualTo("9223372036854775808");
        assertThat(value(BigInteger.ONE.shiftLeft(63).negate())).isEqualTo(Long.MIN_VALUE);
        assertThat(value(Double.NaN)).isEqualTo("NaN");
        assertThat(value(Float.NEGATIVE_INFINITY)).isEqualTo("-Infinity");
        assertThat(value(true)).isEqualTo(true);
        assertThat(value('c')).isEqualTo("c");
        assertThat(value(Severity.WARN)).isEqualTo("WARN");
        assertThat(value(Instant.EPOCH)).isEqualTo("1970-01-01T00:00:00Z");
        assertThat(value(Subject.HOST)).isEqualTo("host");
        assertThat(value(Set.of("one"))).isEqualTo(List.of("one"));
    }

    @Test
    void aLongTextIsCutBetweenCharacters() {
        String dogs = (String) value("x" + "\uD83D\uDC15".repeat(20_000));

        assertThat(dogs).hasSizeBetween(Text.MOST - 1, Text.MOST).endsWith("\uD83D\uDC15\u2026");
    }

    @Test
    void whatIsTooMuchIsLeftOutAndToldAndStaysSo() {
        Evidence evidence = Evidence.of("flood");
        for (int i = 0; i < 6; i++) {
            evidence = evidence.with("text" + i, "x".repeat(16_000));
        }
        evidence = evidence.with("small", "still fits");

        assertThat(evidence.facts())
                .containsOnlyKeys("summary", "text0", "text1", "text2", "text3", "truncated", "small")
                .containsEntry("truncated", true);
        assertThat(new Evidence(evidence.facts())).isEqualTo(evidence);
    }

    @Test
    void whatIsNestedTooDeepIsLeftOutAndTold() {
        Object deep = "bottom";
        for (int i = 0; i < 16; i++) {
            deep = List.of(deep);
        }

        assertThat(new Evidence(Map.of("deep", ((List<?>) deep).get(0))).facts())
                .doesNotContainKey("truncated")
                .asString()
                .contains("bottom");
        assertThat(new Evidence(Map.of("deep", deep)).facts())
                .containsEntry("truncated", true)
                .asString()
                .doesNotContain("bottom");
    }

    @Test
    void anEndlessOneEnds() {
        Map<String, Object> snake = new HashMap<>();
        for (int i = 0; i < 10; i++) {
            snake.put("tail" + i, snake);
        }
        Evidence evidence = new Evidence(snake);

        assertThat(evidence.facts()).containsEntry("truncated", true);
        assertThat(new Evidence(evidence.facts())).isEqualTo(evidence);
        EventJson.dataToJson(new FaultRaised("f", "k", evidence));
    }

    private static Object value(Object given) {
        return Objects.requireNonNull(
                Evidence.of("").with("value", given).facts().get("value"));
    }
}
