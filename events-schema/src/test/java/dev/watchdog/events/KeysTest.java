package dev.watchdog.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.KeyPairGenerator;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest {
    @Test
    void whatIsWrittenIsReadAndEachPairIsNew() {
        String pem = Keys.toPem(Commands.KEYS.getPrivate());
        String text = Keys.toText(Commands.KEYS.getPublic());

        assertThat(Keys.fromPem(pem)).isEqualTo(Commands.KEYS.getPrivate());
        assertThat(Keys.fromPem(pem.replace("\n", "\r\n"))).isEqualTo(Commands.KEYS.getPrivate());
        assertThat(Keys.fromText(text)).isEqualTo(Commands.KEYS.getPublic());
        assertThat(text).hasSize(60).doesNotContainAnyWhitespaces();
        assertThat(Keys.toText(Commands.OTHER.getPublic())).isNotEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"})
    void whatIsNoKeyIsRefusedWithoutBeingRepeated(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Keys.fromPem(text))
                .withMessageNotContaining("AAAA");
        assertThatIllegalArgumentException().isThrownBy(() -> Keys.fromText(text));
    }

    @Test
    void keysOfAnotherKindAreRefused() throws Exception {
        for (String kind : new String[] {"X25519", "Ed448", "RSA"}) {
            var pair = KeyPairGenerator.getInstance(kind).generateKeyPair();

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Keys.fromText(
                            Base64.getEncoder().encodeToString(pair.getPublic().getEncoded())));
            assertThatIllegalArgumentException().isThrownBy(() -> Keys.fromPem(Keys.toPem(pair.getPrivate())));
        }
    }
}
