package dev.watchdog.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.watchdog.events.CommandVerifier.Verdict;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who signs and who verifies agree, and nobody else can come between them. */
class CommandSignerTest {
    static Stream<Target> targets() {
        return Stream.of(new Target.Host("h"), new Target.Labels(Map.of("rack", "7", "möbel", "")), new Target.Fleet());
    }

    @ParameterizedTest
    @MethodSource("targets")
    void whatIsSignedIsReadAndVerifiedInBothModes(Target target) {
        CommandRequest request = Commands.to(target);
        for (ContentMode mode : ContentMode.values()) {
            Parsed.Good read = Commands.good(Commands.SIGNER.sign(request, mode));

            assertThat(read.request()).isEqualTo(request);
            assertThat(Commands.VERIFIER.verify(read)).isEqualTo(new Verdict.Signed(Commands.KEY_ID, request));
        }
    }

    @ParameterizedTest
    @EnumSource(ContentMode.class)
    void withoutASignatureItIsReadAndSaidToBeUnsigned(ContentMode mode) {
        Parsed.Good read = Commands.good(CommandSigner.unsigned(Commands.HEAL, mode));

        assertThat(read.request()).isEqualTo(Commands.HEAL);
        assertThat(read.signed().isSigned()).isFalse();
        assertThat(Commands.VERIFIER.verify(read)).isEqualTo(new Verdict.Unsigned());
    }

    @Test
    void theDigestTellsCommandsApartAndNothingElse() {
        String digest = Commands.good(Commands.SIGNER.sign(Commands.HEAL, ContentMode.STRUCTURED))
                .signed()
                .digest();

        assertThat(digest).matches("[0-9a-f]{64}");
        assertThat(Stream.of(
                        Commands.SIGNER.sign(Commands.HEAL, ContentMode.BINARY),
                        new CommandSigner("other", Commands.OTHER.getPrivate()).sign(Commands.HEAL, ContentMode.BINARY),
                        CommandSigner.unsigned(Commands.HEAL, ContentMode.STRUCTURED)))
                .allMatch(message -> Commands.good(message).signed().digest().equals(digest));
        assertThat(Commands.good(Commands.SIGNER.sign(Commands.to(new Target.Fleet()), ContentMode.STRUCTURED))
                        .signed()
                        .digest())
                .isNotEqualTo(digest);
    }

    @Test
    void whatSurroundsTheDataMayBeWrittenAnewButNotTheData() {
        String json = text(Commands.SIGNER.sign(Commands.HEAL, ContentMode.STRUCTURED));

        assertThat(verdict(json.replace(",\"data\":{", ", \"traceparent\": \"00-1\",\n\t\"data\" : {")))
                .isInstanceOf(Verdict.Signed.class);
        assertThat(verdict(json.replace("\"verb\":\"heal\"", "\"verb\": \"heal\"")))
                .isEqualTo(new Verdict.Refused("it is not what was signed"));
    }

    @Test
    void theSameTimeInAnotherZoneIsTheSameTime() {
        String json = text(Commands.SIGNER.sign(Commands.HEAL, ContentMode.STRUCTURED));

        assertThat(verdict(json.replace("13:05:07Z", "14:05:07+01:00").replace("13:10:07Z", "14:10:07+01:00")))
                .isEqualTo(new Verdict.Signed(Commands.KEY_ID, Commands.HEAL));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"id\":\"0b6f6c0e -> \"id\":\"0b6f6c0f",
                "/teams/ops -> /teams/dev",
                "13:05:07Z -> 13:05:08Z",
                "13:10:07Z -> 13:10:08Z",
                "\"heal\" -> \"probe\"",
                "7c1e9a52d0b84f3f -> 7c1e9a52d0b84f3e",
                "{\"host\":\"7c1e9a52d0b84f3f\"} -> {\"fleet\":true}",
                "9b3e07d1-f70 -> 9b3e07d1-f71",
                "faulty -> healthy",
                "4711 -> 4712",
                ",\"dryRun\":true -> ",
                ",\"dryRun\":true -> ,\"dryRun\":false",
                "\"type\": -> \"subject\":\"host\",\"type\":",
                "\"dataschema\":\"https://watchdog.dev/schemas/command.requested.v1.json\", -> "
            })
    void anythingElseThatIsChangedIsSeen(String change) {
        String json = text(Commands.SIGNER.sign(Commands.HEAL, ContentMode.STRUCTURED));
        String[] parts = change.split(" -> ", -1);
        assertThat(json).contains(parts[0]);

        assertThat(verdict(json.replace(parts[0], parts[1]))).isInstanceOf(Verdict.Refused.class);
    }

    @Test
    void moreExtensionsMayBeSignedAndTheExpiryMust() {
        Message unsigned = CommandSigner.unsigned(Commands.HEAL, ContentMode.BINARY);
        Map<String, String> headers = new LinkedHashMap<>(unsigned.headers());
        headers.put("ce_exta", "1");

        signAnew(headers, unsigned.value(), List.of("exta", "extb", "expirytime"));
        assertThat(verdict(headers, unsigned.value())).isEqualTo(new Verdict.Signed(Commands.KEY_ID, Commands.HEAL));
        headers.put("ce_exta", "2");
        assertThat(verdict(headers, unsigned.value())).isEqualTo(new Verdict.Refused("it is not what was signed"));
        for (List<String> names : List.of(List.<String>of(), List.of("exta"))) {
            signAnew(headers, unsigned.value(), names);
            assertThat(verdict(headers, unsigned.value())).isEqualTo(new Verdict.Refused("its expiry is not signed"));
        }
    }

    @Test
    void onlyTheKeyOfThatNameCounts() {
        Parsed.Good foreign = Commands.good(new CommandSigner(Commands.KEY_ID, Commands.OTHER.getPrivate())
                .sign(Commands.HEAL, ContentMode.STRUCTURED));
        Parsed.Good unknown = Commands.good(
                new CommandSigner("ops-2", Commands.KEYS.getPrivate()).sign(Commands.HEAL, ContentMode.STRUCTURED));

        assertThat(Commands.VERIFIER.verify(foreign))
                .isEqualTo(new Verdict.Refused("its signature is not by the key that it names"));
        assertThat(Commands.VERIFIER.verify(unknown)).isEqualTo(new Verdict.Refused("it is signed by an unknown key"));
        assertThat(new CommandVerifier(Map.of()).verify(unknown)).isInstanceOf(Verdict.Refused.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "it is not Base64 !|not Base64",
                "e30|not Base64",
                "eyJ9|not JSON",
                "W10=|not a JSON object",
                "e30=|payloadType",
                "''|not JSON"
            })
    void aSignatureThatIsNoneIsRefused(String material, String why) {
        Map<String, String> headers = new LinkedHashMap<>(
                Commands.SIGNER.sign(Commands.HEAL, ContentMode.BINARY).headers());
        headers.put("ce_dssematerial", material);

        assertThat(Commands.VERIFIER.verify((Parsed.Good) CommandReader.parse(
                        Commands.SIGNER.sign(Commands.HEAL, ContentMode.BINARY).value(), headers)))
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused -> assertThat(refused.why()).contains(why));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dsse/v0.1|dsse/v0.2|payloadType",
                "\"payload\":\"|\"payload\":\"*|not Base64",
                "\"payload\":|\"other\":|no 'payload'",
                "\"signatures\":|\"other\":|1 to 8 signatures",
                "\"signatures\":[{|\"signatures\":[],\"x\":[{|1 to 8 signatures",
                "\"signatures\":[{|\"signatures\":[{},{},{},{},{},{},{},{},{|1 to 8 signatures",
                "\"keyid\":|\"other\":|by which key",
                "\"keyid\":\"ops-1\"|\"keyid\":1|not a string",
                "\"sig\":|\"other\":|no 'sig'",
                "{\"payloadType\"|{\"payload\":\"\",\"payloadType\"|a field twice",
                "}]}|}]}{}|not JSON"
            })
    void anEnvelopeThatIsNotAsDsseHasItIsRefused(String from, String to, String why) {
        assertThat(withEnvelope(from, to))
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused -> assertThat(refused.why()).contains(why));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"payloadType\"|{\"more\":{},\"payloadType\"",
                "\"signatures\":[|\"signatures\":[{\"keyid\":\"x\",\"sig\":\"AAAA\"},",
                "\"signatures\":[|\"signatures\":[{\"keyid\":\"ops-1\",\"sig\":\"AAAA\"},"
            })
    void anEnvelopeMayHoldWhatOthersNeed(String from, String to) {
        assertThat(withEnvelope(from, to)).isInstanceOf(Verdict.Signed.class);
    }

    @Test
    void onlyEdwardsKeysAreTakenAndEachOnce() throws Exception {
        KeyPair other = KeyPairGenerator.getInstance("X25519").generateKeyPair();
        PrivateKey rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate();

        assertThatIllegalArgumentException().isThrownBy(() -> new CommandSigner("k", rsa));
        assertThatIllegalArgumentException().isThrownBy(() -> new CommandSigner("k", other.getPrivate()));
        assertThatIllegalArgumentException().isThrownBy(() -> new CommandSigner("a key", Commands.KEYS.getPrivate()));
        assertThatIllegalArgumentException().isThrownBy(() -> new CommandVerifier(Map.of("k", other.getPublic())));
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new CommandVerifier(Map.of("k", Commands.KEYS.getPublic(), "l", Commands.KEYS.getPublic())))
                .withMessageContaining("the same key");
    }

    private static Verdict withEnvelope(String from, String to) {
        Message message = Commands.SIGNER.sign(Commands.HEAL, ContentMode.BINARY);
        Map<String, String> headers = new LinkedHashMap<>(message.headers());
        String json = new String(Base64.getDecoder().decode(headers.get("ce_dssematerial")), UTF_8);
        assertThat(json).contains(from);
        headers.put(
                "ce_dssematerial",
                Base64.getEncoder().encodeToString(json.replace(from, to).getBytes(UTF_8)));
        return Commands.VERIFIER.verify((Parsed.Good) CommandReader.parse(message.value(), headers));
    }

    private static void signAnew(Map<String, String> headers, byte[] data, List<String> names) {
        Map<String, String> attributes = new LinkedHashMap<>();
        headers.forEach((name, value) -> attributes.put(name.replace("ce_", ""), value));
        attributes.put("datacontenttype", attributes.get("content-type"));
        byte[] payload = Material.of(attributes, data, names).toJson();
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(Commands.KEYS.getPrivate());
            signature.update(Dsse.encoding(payload));
            Dsse envelope = new Dsse(payload, List.of(new Dsse.Signature(Commands.KEY_ID, signature.sign())));
            headers.put("ce_dssematerial", envelope.toAttribute());
        } catch (GeneralSecurityException e) {
            throw new LinkageError("no Ed25519", e);
        }
    }

    private static Verdict verdict(Map<String, String> headers, byte[] value) {
        return Commands.VERIFIER.verify((Parsed.Good) CommandReader.parse(value, headers));
    }

    private static Verdict verdict(String json) {
        Parsed parsed =
                CommandReader.parse(json.getBytes(UTF_8), Map.of("content-type", CloudEventsFormat.CONTENT_TYPE));
        assertThat(parsed).isInstanceOf(Parsed.Good.class);
        return Commands.VERIFIER.verify((Parsed.Good) parsed);
    }

    private static String text(Message message) {
        return new String(message.value(), UTF_8);
    }
}
