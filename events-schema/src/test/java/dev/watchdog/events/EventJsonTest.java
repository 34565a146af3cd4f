package dev.watchdog.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventJsonTest {
    private static final String HELD = "dev.watchdog.action.held.v1";
    private static final String RAISED = "dev.watchdog.fault.raised.v1";
    private static final String TRUNCATED = "dev.watchdog.journal.truncated.v1";

    @Test
    void timesAreTextAndNullsAreLeftOut() {
        Instant until = Instant.parse("2026-11-22T13:05:37.5Z");

        assertThat(json(new ActionEvent.Held("a", "f", "k", "g", "w", until))).isEqualTo("""
                        {"action":"a","fault":"f","kind":"k","gate":"g","why":"w","until":"2026-11-22T13:05:37.500Z"}""");
        assertThat(json(new ActionEvent.Held("a", "f", "k", "g", "w", null))).isEqualTo("""
                        {"action":"a","fault":"f","kind":"k","gate":"g","why":"w"}""");
    }

    @Test
    void stagesKeepTheirOrder() {
        Map<String, Long> micros = new LinkedHashMap<>();
        for (String stage : new String[] {"see", "decide", "journal", "act", "verify"}) {
            micros.put(stage, 1L);
        }

        assertThat(json(new ActionEvent.Succeeded("a", "f", "k", Evidence.of("s"), micros)))
                .endsWith("\"micros\":{\"see\":1,\"decide\":1,\"journal\":1,\"act\":1,\"verify\":1}}");
    }

    @Test
    void anUnknownTypeIsSkipped() {
        assertThat(read("dev.watchdog.fault.raised.v2", "not even JSON")).isNull();
    }

    @Test
    void whatMayBeMissingMayAlsoBeNull() {
        ActionEvent.Held held = new ActionEvent.Held("a", "f", "k", "g", "w", null);

        assertThat(read(HELD, json(held))).isEqualTo(held);
        assertThat(read(HELD, json(held).replace("}", ",\"until\":null}"))).isEqualTo(held);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "{",
                "\"x\"",
                "{}",
                "{}{}",
                "{'fault':'f','kind':'k','evidence':{}}",
                "{\"fault\":\"f\",\"kind\":\"k\"}",
                "{\"fault\":null,\"kind\":\"k\",\"evidence\":{}}",
                "{\"fault\":\"f\",\"kind\":\"k\",\"evidence\":null}",
                "{\"fault\":\"f\",\"kind\":\"k\",\"evidence\":\"e\"}",
                "{\"fault\":{},\"kind\":\"k\",\"evidence\":{}}",
                "{\"fault\":\"f\",\"kind\":\"k\",\"evidence\":{}} trailing",
                "{\"fault\":\"f\",\"kind\":\"k\",\"evidence\":{\"n\":NaN}}"
            })
    void whatIsNotAFaultIsRefused(String json) {
        assertThatThrownBy(() -> read(RAISED, json))
                .isInstanceOf(EventFormatException.class)
                .hasMessageStartingWith("cannot read " + RAISED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "\"1\"", "1.5", "true", "{}", "99999999999999999999"})
    void whatIsNotAWholeNumberIsRefused(String count) {
        String json = "{\"first\":1,\"last\":2,\"count\":" + count + ",\"unread\":0,\"why\":\"w\"}";

        assertThatThrownBy(() -> read(TRUNCATED, json)).isInstanceOf(EventFormatException.class);
        assertThatThrownBy(() -> read(TRUNCATED, json.replace("\"count\":" + count + ",", "")))
                .isInstanceOf(EventFormatException.class);
    }

    @Test
    void noClassCanBeNamedByTheInput() {
        String json =
                "{\"fault\":\"f\",\"kind\":\"k\",\"evidence\":{\"@class\":\"java.io.File\",\"list\":[\"java.io.File\",[]]}}";

        assertThat(((FaultRaised) Objects.requireNonNull(read(RAISED, json)))
                        .evidence()
                        .facts())
                .containsEntry("@class", "java.io.File");
    }

    @Test
    void theMessageIsOneShortLineWhateverWasInTheInput() {
        String json = "{\"first\":\"\\n\\u001b[31mforged" + "x".repeat(5_000) + "\"}";

        assertThatThrownBy(() -> read(TRUNCATED, json))
                .isInstanceOf(EventFormatException.class)
                .message()
                .hasSizeLessThanOrEqualTo(300)
                .doesNotContainPattern("\\p{Cntrl}");
    }

    @Test
    void boundsHold() {
        assertThatThrownBy(() -> read(RAISED, fault("{\"a\":" + "[".repeat(31) + "]".repeat(31) + "}")))
                .isInstanceOf(EventFormatException.class)
                .hasMessageContaining("nesting depth");
        assertThatThrownBy(() -> read(RAISED, fault("{\"a\":\"" + "x".repeat((256 << 10) + 1) + "\"}")))
                .isInstanceOf(EventFormatException.class)
                .hasMessageContaining("length");
        assertThatThrownBy(() -> read(RAISED, fault("{}") + " ".repeat(EventJson.MOST_BYTES)))
                .isInstanceOf(EventFormatException.class)
                .hasMessageContaining("the most is 1048576");
    }

    @Test
    void whateverIsSaidCanBeWrittenAndReadAgain() {
        String flood = "\u0001".repeat(10_000_000);
        Evidence evidence = Evidence.of(flood)
                .with("a", flood)
                .with("b", flood)
                .with("c", flood)
                .with("d", flood);
        EventData[] floods = {
            new ActionEvent.Started(flood, flood, flood, evidence),
            new CommandEvent.Rejected(flood, flood, flood, flood),
            new ActionEvent.Held(flood, flood, flood, flood, flood, Instant.EPOCH)
        };
        for (EventData data : floods) {
            byte[] json = EventJson.dataToJson(data);

            assertThat(json).hasSizeLessThan(EventJson.MOST_BYTES);
            assertThat(EventJson.dataFromJson(EventTypes.nameOf(data), json)).isNotNull();
        }
    }

    @Test
    void halvesOfCharactersAreReplacedInTextAndInNames() {
        CommandEvent.Accepted odd =
                new CommandEvent.Accepted("\uDC15\uD83D", "v", "o", Map.of("k\uD83D", "\uD83D\uDC15"), "");

        assertThat(read("dev.watchdog.command.accepted.v1", json(odd)))
                .isEqualTo(new CommandEvent.Accepted("\uFFFD\uFFFD", "v", "o", Map.of("k\uFFFD", "\uD83D\uDC15"), ""));
    }

    @Test
    void tooManyArgumentsAreRefusedWhenWriting() {
        Map<String, String> arguments = new LinkedHashMap<>();
        for (int i = 0; i < 100; i++) {
            arguments.put("a" + i, "x".repeat(Text.MOST));
        }

        assertThatThrownBy(() -> EventJson.dataToJson(new CommandEvent.Accepted("c", "v", "o", arguments, "")))
                .isInstanceOf(EventFormatException.class)
                .hasMessageContaining("dev.watchdog.command.accepted.v1")
                .hasMessageContaining("record fewer facts");
    }

    @Test
    void readerAndWriterServeOtherJson() throws Exception {
        assertThat(EventJson.writer().writeValueAsString(Map.of("at", Instant.EPOCH)))
                .isEqualTo("{\"at\":\"1970-01-01T00:00:00Z\"}");
        assertThat(EventJson.reader().forType(Subject.class).<Subject>readValue("\"container/a\""))
                .isEqualTo(new Subject("container", "a"));
        assertThat(EventJson.writer().writeValueAsString(new Subject("container", "a")))
                .isEqualTo("\"container/a\"");
    }

    private static String fault(String evidence) {
        return "{\"fault\":\"f\",\"kind\":\"k\",\"evidence\":" + evidence + "}";
    }

    private static String json(EventData data) {
        return new String(EventJson.dataToJson(data), UTF_8);
    }

    private static @Nullable EventData read(String type, String json) {
        return EventJson.dataFromJson(type, json.getBytes(UTF_8));
    }
}
