package dev.watchdog.events;

import static org.assertj.core.api.Assertions.assertThat;

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

/** The test vectors of CloudEvents' verifiability extension: what we digest and encode is what others do. */
class VerifiabilityTest {
    private static final String BINARY_PAYLOAD = "qCSeiZkS+hH9WiClfq6plfqYNVy2kvxWRfoBrLEzoDk=";
    private static final String BINARY_SIGNATURE =
            "DYwbSuxH4WqaaBVOVU8NYIa6WbvCk9/vG9hetwpJ4zI5j6jmALdMhw+qVnsmuc665fjVRFT1QPu/jp5gG4SjsQ==";
    private static final Map<String, String> EVENT = Map.of(
            "specversion", "1.0",
            "id", "1",
            "source", "example/uri",
            "type", "example.type.binary",
            "datacontenttype", "application/octet-stream");
    private static final BigInteger X =
            new BigInteger("46950820868899156662930047687818585632848591499744589407958293238635476079160");
    private static final BigInteger Y =
            new BigInteger("5640078356564379163099075877009565129882514886557779369047442380624545832820");

    /** The specification shows the data of its JSON events, but not the bytes that it digested: these are signatures. */
    @ParameterizedTest
    @CsvSource({
        "5xz5/VtoxNJVVaYxmLeL6xL9I6Cav9P3goh6qyCYGfQ=,"
                + "wYj8bRPXYCILrywsP7WGUBwTJsnZHYXMHiXFmYhuBGa9Mhp7X4vE7QAbHWo+WfcMDAb3zuypF5UmWpdkIPjiOQ==",
        "wKCa8sq3dyg/00ZiDQy/aXAY1tepQnrKLa6xP0Y3D/Q=,"
                + "PIxOPqw0aIyoZpLmuNCNZMKzA6X1YZ/QzbeTwS3/KpA26IC1tIOh/7dDPC1i4Eo6oWqFMVErxpFkGHF2s40p/g==",
        BINARY_PAYLOAD + "," + BINARY_SIGNATURE,
        "PMgSvPtoggAOctHh6C3QwT/zkfhAJZtRJiRgDPEk8gE=,"
                + "sj0pE/9z9qjXuA1MDTAOoeSambUWRhGCkIXWf3eghE09GuS8GAVXegqi+f3Xp8otXAntyr6v7CINk+aWk5JjTg==",
        "ovahfJWaKaPVDTsPiIQoTr9u5JNTAE21GBH5G5PZD80=,"
                + "N6E4LRrddGdbjsAP85BbJleJ9futsa6a7aEemsTbsoW/IJSqvfg8fHOpksnAYpqmFrPZO3z+VPDkZ3DmjL7QPg=="
    })
    void weEncodeWhatIsSignedAsTheSpecificationDoes(String payload, String signature) throws Exception {
        assertThat(isSigned(payload, signature)).isTrue();
        assertThat(isSigned(payload, signature.replace('/', '+'))).isFalse();
    }

    /** Case 5, whose data the specification gives as bytes. */
    @Test
    void weDigestAnEventAsTheSpecificationDoes() {
        assertThat(digest(EVENT, "")).isEqualTo(BINARY_PAYLOAD);
    }

    /** Cases 3 and 4. */
    @Test
    void theSameMomentInAnotherZoneIsDigestedTheSame() {
        assertThat(digest(with(EVENT, "time", "2020-06-18T17:24:53Z"), ""))
                .isEqualTo(digest(with(EVENT, "time", "2020-06-18T19:24:53+02:00"), ""))
                .isNotEqualTo(digest(EVENT, ""));
    }

    /** Cases 2, 6a, 6b and 7. */
    @Test
    void onlySignedExtensionsCountAndNothingIsTheSameAsNotSet() {
        Map<String, String> one = with(EVENT, "exta", "value1");
        Map<String, String> two = with(one, "extb", "value2");

        assertThat(digest(with(EVENT, "subject", ""), "")).isEqualTo(BINARY_PAYLOAD);
        assertThat(digest(two, "exta")).isEqualTo(digest(one, "exta")).isNotEqualTo(BINARY_PAYLOAD);
        assertThat(digest(two, "exta,extb")).isNotIn(digest(two, "extb,exta"), digest(two, "exta"));
    }

    private static String digest(Map<String, String> event, String extensions) {
        List<String> signed = extensions.isEmpty() ? List.of() : List.of(extensions.split(",", -1));
        byte[] data = Base64.getDecoder().decode("8J+koQ==");
        return Base64.getEncoder().encodeToString(Material.of(event, data, signed));
    }

    private static Map<String, String> with(Map<String, String> event, String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(event);
        more.put(name, value);
        return more;
    }

    private static boolean isSigned(String payload, String signature) throws Exception {
        Signature verifier = Signature.getInstance("SHA256withECDSAinP1363Format");
        verifier.initVerify(key());
        verifier.update(Dsse.encoding(Base64.getDecoder().decode(payload)));
        return verifier.verify(Base64.getDecoder().decode(signature));
    }

    private static PublicKey key() throws Exception {
        AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
        curve.init(new ECGenParameterSpec("secp256r1"));
        return KeyFactory.getInstance("EC")
                .generatePublic(new ECPublicKeySpec(new ECPoint(X, Y), curve.getParameterSpec(ECParameterSpec.class)));
    }
}
