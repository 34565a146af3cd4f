package dev.watchdog.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The test vectors of CloudEvents' verifiability extension (cloudevents/spec, pull request 1386): what we digest and
 * encode is what others do. The specification gives the bytes of its binary event only; of its JSON events it does not
 * say which bytes were digested.
 */
class VerifiabilityTest {
    private static final BigInteger X =
            new BigInteger("46950820868899156662930047687818585632848591499744589407958293238635476079160");
    private static final BigInteger Y =
            new BigInteger("5640078356564379163099075877009565129882514886557779369047442380624545832820");
    private static final Map<String, String> EVENT = Map.of(
            "specversion", "1.0",
            "id", "1",
            "source", "example/uri",
            "type", "example.type.binary",
            "datacontenttype", "application/octet-stream");
    private static final String CORE = "qCSeiZkS+hH9WiClfq6plfqYNVy2kvxWRfoBrLEzoDk=";
    private static final String EXTA = "kU1P8bDaEnyNhglWzdTJNHh77khNWSZebBUxufVM2pU=";
    private static final String EXTA_AND_EXTB = "HB1pe431FoQZRsJbyLNMq0QaAvqPtmhdi8dHGShbJAU=";

    /** Cases 5 and 7. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"core\":\"" + CORE + "\"}"
                        + "|F2ip0xmgJX3ugHZC6tMrr7A2Eqai08raGrTwdyh/OGDIIrF7ByM2yITLKqNrF3dzZGR2o0Cs9fEBFdLxROUyEQ==",
                "{\"core\":\"LTgQKHGheg6T48xpGGr5zNkdhp22kenZCOqicFtI4SA=\",\"ext\":\"" + EXTA_AND_EXTB
                        + "\",\"signedextattrs\":[\"exta\",\"extb\"]}"
                        + "|2g1UoAQpz1oPjZTPRZe+yvLzZQNECZakjbZVXizDwdMneIH++/53uXN2bCSkVJImfwOiYyKBm4mvsMHJXIUhzg=="
            })
    void whatIsSignedIsEncodedAsInTheSpecification(String payload, String signature) throws Exception {
        assertThat(isSigned(payload, signature)).isTrue();
        assertThat(isSigned(payload + " ", signature)).isFalse();
        assertThat(new String(Material.parse(payload.getBytes(UTF_8)).toJson(), UTF_8))
                .isEqualTo(payload);
    }

    /** Cases 2 and 5. */
    @Test
    void theBinaryEventIsDigestedAsInTheSpecification() {
        assertThat(text(material(EVENT).core())).isEqualTo(CORE);
        assertThat(text(material(with(EVENT, "subject", "")).core())).isEqualTo(CORE);
        assertThat(text(material(with(EVENT, "subject", "x")).core())).isNotEqualTo(CORE);
    }

    /** Cases 3 and 4. */
    @Test
    void theSameMomentInAnotherZoneOrFinerIsDigestedTheSame() {
        for (String name : new String[] {"time", "expirytime"}) {
            Material zulu = material(with(EVENT, name, "2020-06-18T17:24:53Z"), "expirytime");

            assertThat(zulu.matches(material(with(EVENT, name, "2020-06-18T19:24:53+02:00"), "expirytime")))
                    .isTrue();
            assertThat(zulu.matches(material(with(EVENT, name, "2020-06-18T17:24:53.9Z"), "expirytime")))
                    .isTrue();
            assertThat(zulu.matches(material(with(EVENT, name, "2020-06-18T17:24:54Z"), "expirytime")))
                    .isFalse();
        }
    }

    /** Cases 6a, 6b and 7. */
    @Test
    void extensionsAreDigestedAsInTheSpecification() {
        Map<String, String> one = with(EVENT, "exta", "value1");
        Map<String, String> two = with(one, "extb", "value2");

        assertThat(text(material(one, "exta").extensions())).isEqualTo(EXTA);
        assertThat(text(material(two, "exta").extensions())).isEqualTo(EXTA);
        assertThat(text(material(two, "exta", "extb").extensions())).isEqualTo(EXTA_AND_EXTB);
        assertThat(text(material(two, "exta", "extb").core())).isEqualTo(CORE);
        assertThat(material(two, "exta").matches(material(two, "extb"))).isFalse();
        assertThat(material(two, "exta", "extb").matches(material(two, "extb", "exta")))
                .isFalse();
    }

    /** Case 8, and what else the specification has verifiers discard. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{<c>,<e>,'signedextattrs':['exta','exta']}|different extension attributes",
                "{<c>,<e>,'signedextattrs':['exta','id']}|different extension attributes",
                "{<c>,<e>,'signedextattrs':['time']}|different extension attributes",
                "{<c>,<e>,'signedextattrs':['dssematerial']}|different extension attributes",
                "{<c>,<e>,'signedextattrs':['data']}|different extension attributes",
                "{<c>,<e>,'signedextattrs':['exta ']}|different extension attributes",
                "{<c>,<e>,'signedextattrs':[7]}|different extension attributes",
                "{<c>,<e>,'signedextattrs':'exta'}|not a list",
                "{<c>,'signedextattrs':['exta']}|without the other",
                "{<c>,<e>}|without the other",
                "{<e>,'signedextattrs':['exta']}|no 'core'",
                "{'core':'AAAA'}|32 bytes",
                "{'core':'*'}|not Base64",
                "{'core':7}|not a string",
                "{<c>,<c>}|a field twice",
                "[]|not a JSON object",
                "{<c>|not JSON"
            })
    void whatIsNotAsTheSpecificationHasItIsDiscarded(String json, String why) {
        String payload = json.replace("<c>", "'core':'" + CORE + "'")
                .replace("<e>", "'ext':'" + EXTA + "'")
                .replace('\'', '"');

        assertThatThrownBy(() -> Material.parse(payload.getBytes(UTF_8))).hasMessageContaining(why);
    }

    @Test
    void whatItDoesNotKnowIsIgnored() throws Exception {
        String payload = "{\"later\":{},\"core\":\"" + CORE + "\"}";

        assertThat(Material.parse(payload.getBytes(UTF_8)).matches(material(EVENT)))
                .isTrue();
    }

    private static Material material(Map<String, String> event, String... signed) {
        return Material.of(event, Base64.getDecoder().decode("8J+koQ=="), List.of(signed));
    }

    private static String text(byte[] digest) {
        return Base64.getEncoder().encodeToString(digest);
    }

    private static Map<String, String> with(Map<String, String> event, String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(event);
        more.put(name, value);
        return more;
    }

    private static boolean isSigned(String payload, String signature) throws Exception {
        Signature verifier = Signature.getInstance("SHA256withECDSAinP1363Format");
        verifier.initVerify(key());
        verifier.update(Dsse.encoding(payload.getBytes(UTF_8)));
        return verifier.verify(Base64.getDecoder().decode(signature));
    }

    private static PublicKey key() throws Exception {
        AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
        curve.init(new ECGenParameterSpec("secp256r1"));
        return KeyFactory.getInstance("EC")
                .generatePublic(new ECPublicKeySpec(new ECPoint(X, Y), curve.getParameterSpec(ECParameterSpec.class)));
    }
}
