package dev.watchdog.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.watchdog.events.CommandVerifier.Verdict;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples of commands hold the schema, the reader and the signatures to each other. */
class CommandExamplesTest {
    private static final Path KEYS = Path.of("src/test/resources/keys");

    static List<Path> valid() {
        return examples("valid-");
    }

    static List<Path> invalid() {
        return examples("invalid-");
    }

    @ParameterizedTest
    @MethodSource("valid")
    void aValidOneIsReadAndIsBySomebodyIfItIsSigned(Path file) {
        Parsed.Good read = (Parsed.Good) parse(file);

        assertThat(new CommandVerifier(Map.of("example", publicKey())).verify(read))
                .isEqualTo(
                        read.request().id().startsWith("u-")
                                ? new Verdict.Unsigned()
                                : new Verdict.Signed("example", read.request()));
    }

    @ParameterizedTest
    @MethodSource("valid")
    void whatIsWrittenIsValidAndSaysTheSame(Path file) {
        if (file.endsWith("valid-times-of-others.json")) {
            return; // it is written in whole seconds
        }
        CommandRequest request = ((Parsed.Good) parse(file)).request();
        JsonNode written = Schemas.tree(
                CommandSigner.unsigned(request, ContentMode.STRUCTURED).value());
        ObjectNode example = (ObjectNode) Schemas.tree(file);
        example.remove("dssematerial");

        assertThat(written).isEqualTo(example);
        assertThat(Schemas.errors(Schemas.tree(new CommandSigner("example", privateKey())
                        .sign(request, ContentMode.STRUCTURED)
                        .value())))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void anInvalidOneIsBad(Path file) {
        assertThat(parse(file)).isInstanceOf(Parsed.Bad.class);
    }

    /** What anybody can work through with these two keys; the guide shows it. */
    @Test
    void theGuideShowsTheExampleAsItIs() {
        String guide = new String(Schemas.bytes(Path.of("README.md")), UTF_8);
        String example = new String(
                Schemas.bytes(valid().stream()
                        .filter(file -> file.endsWith("valid-heal.json"))
                        .findFirst()
                        .orElseThrow()),
                UTF_8);

        assertThat(guide).contains(example.trim()).contains(Keys.toText(publicKey()));
    }

    private static Parsed parse(Path file) {
        return CommandReader.parse(Schemas.bytes(file), Map.of("content-type", CloudEventsFormat.CONTENT_TYPE));
    }

    private static PrivateKey privateKey() {
        return Keys.fromPem(new String(Schemas.bytes(KEYS.resolve("example.pem")), UTF_8));
    }

    private static PublicKey publicKey() {
        return Keys.fromText(new String(Schemas.bytes(KEYS.resolve("example.pub.pem")), UTF_8)
                .replaceAll("-----[A-Z ]+-----|\\s", ""));
    }

    private static List<Path> examples(String beginning) {
        return Schemas.examples(beginning).stream()
                .filter(file -> file.toString().contains("command.requested"))
                .toList();
    }
}
