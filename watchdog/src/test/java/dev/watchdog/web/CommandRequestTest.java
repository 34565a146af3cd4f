package dev.watchdog.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.watchdog.events.CommandRules;
import dev.watchdog.healing.Command;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandRequestTest {
    @Test
    void readsAllFields() {
        Command command = read("""
                {"id": "c-1", "verb": "pause", "arguments": {"for": "PT5M"}, "reason": "Wartung für Müller"}""");

        assertThat(command)
                .isEqualTo(new Command(
                        "c-1",
                        "/hosts/h/control-socket",
                        "pause",
                        Map.of("for", "PT5M"),
                        Map.of(),
                        "Wartung für Müller",
                        "control-socket"));
    }

    @Test
    void readsWhatIsExpectedAndADryRun() {
        Command command = read("""
                {"verb": "heal", "arguments": {"fault": "f1"}, "expect": {"state": "faulty"}, "dryRun": true}""");
        assertThat(command.expect()).containsExactly(Map.entry("state", "faulty"));
        assertThat(command.dryRun()).isTrue();
        assertThat(read("{\"verb\": \"heal\", \"dryRun\": false}").dryRun()).isFalse();
    }

    @Test
    void makesUpAnIdWhenNoneIsGiven() {
        assertThat(read("{\"verb\": \"resume\"}").id())
                .isNotEqualTo(read("{\"verb\": \"resume\"}").id())
                .matches(CommandRules::isId);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "7",
                "garbage",
                "{\"verb\": \"resume\"",
                "{\"verb\": \"resume\"} {}",
                "{\"verb\": \"resume\", \"verb\": \"pause\"}",
                "{}",
                "{\"verb\": \"\"}",
                "{\"verb\": null}",
                "{\"verb\": 5}",
                "{\"verb\": \"Heal\"}",
                "{\"verb\": \"heal; rm\"}",
                "{\"verb\": \"resume\", \"force\": true}",
                "{\"verb\": \"resume\", \"dryRun\": \"true\"}",
                "{\"verb\": \"resume\", \"expect\": {\"state\": true}}",
                "{\"verb\": \"resume\", \"expect\": []}",
                "{\"verb\": \"resume\", \"id\": \"\"}",
                "{\"verb\": \"resume\", \"id\": \"a b\"}",
                "{\"verb\": \"resume\", \"id\": \"../x\"}",
                "{\"verb\": \"resume\", \"id\": 5}",
                "{\"verb\": \"resume\", \"id\": \"policy\"}",
                "{\"verb\": \"resume\", \"id\": \"0a1b2c3d-f17\"}",
                "{\"verb\": \"resume\", \"id\": \"0a1b2c3d-a1\"}",
                "{\"verb\": \"heal\", \"arguments\": []}",
                "{\"verb\": \"heal\", \"arguments\": {\"fault\": 1}}",
                "{\"verb\": \"heal\", \"arguments\": {\"fault\": {\"a\": \"b\"}}}",
                "{\"verb\": \"heal\", \"arguments\": {\"A fault\": \"f1\"}}",
                "{\"verb\": \"heal\", \"arguments\": {\"fault\": \"f1\\n\"}}",
                "{\"verb\": \"heal\", \"reason\": \"\\u001b[2J\"}",
                "{\"verb\": \"heal\", \"reason\": \"\\u202egnp\"}",
                "{\"verb\": \"heal\", \"reason\": \"\\ud800\"}",
                "[[[[[[[[[[[[]]]]]]]]]]]]"
            })
    void refusesWhatIsNotExactlyAsExpected(String body) {
        assertThatThrownBy(() -> read(body))
                .isInstanceOfSatisfying(
                        Problem.Refusal.class,
                        refusal -> assertThat(refusal.status()).isEqualTo(400))
                .message()
                .doesNotContain("\n")
                .isNotBlank();
    }

    @Test
    void boundsTexts() {
        assertThat(read("{\"verb\": \"pause\", \"reason\": \"" + "x".repeat(1_024) + "\"}")
                        .reason())
                .hasSize(1_024);
        assertThatThrownBy(() -> read("{\"verb\": \"pause\", \"reason\": \"" + "x".repeat(1_025) + "\"}"))
                .isInstanceOf(Problem.Refusal.class);
    }

    private static Command read(String body) {
        return CommandRequest.read(body.getBytes(StandardCharsets.UTF_8), "/hosts/h/control-socket", "control-socket");
    }
}
