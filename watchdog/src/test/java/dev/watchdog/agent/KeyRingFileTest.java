package dev.watchdog.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.watchdog.events.Subject;
import dev.watchdog.kafka.Ed25519Key;
import dev.watchdog.kafka.KeyEntry;
import dev.watchdog.kafka.KeyRing;
import dev.watchdog.kafka.KeySource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyRingFileTest {
    @TempDir
    Path directory;

    private Path file = Path.of("");

    @BeforeEach
    void ownDirectory() throws IOException {
        mode(directory, "rwx------");
        file = directory.resolve("keys.yaml");
    }

    @Test
    void whatIsWrittenIsAllowedAndNothingElse() throws Exception {
        write("""
                keys:
                  - id: ops
                    publicKey: %s
                    verbs: [heal, probe]
                    subjects: ["container/*", guest/1, host]
                    notAfter: 2027-01-31T00:00:00Z
                  - { id: all, publicKey: %s, verbs: ["*"], subjects: ["*"], fleet: true }
                """.formatted(key(), key()));

        KeyRing ring = new KeyRingFile(file).read();

        KeyEntry ops = ring.find("ops").orElseThrow();
        assertThat(ops.allowsVerb("heal")).isTrue();
        assertThat(ops.allowsVerb("pause")).isFalse();
        assertThat(ops.allows(Subject.parse("container/abc"))).isTrue();
        assertThat(ops.allows(Subject.parse("guest/1"))).isTrue();
        assertThat(ops.allows(Subject.parse("guest/12"))).isFalse();
        assertThat(ops.allows(Subject.HOST)).isTrue();
        assertThat(ops.allows(Subject.parse("disk/1"))).isFalse();
        assertThat(ops.allowsEverySubject()).isFalse();
        assertThat(ops.allowsFleet()).isFalse();
        assertThat(ops.endedAt(Instant.parse("2027-01-31T00:00:00Z"))).isFalse();
        assertThat(ops.endedAt(Instant.parse("2027-01-31T00:00:00.001Z"))).isTrue();
        KeyEntry all = ring.find("all").orElseThrow();
        assertThat(all.allowsVerb("anything")).isTrue();
        assertThat(all.allows(Subject.parse("disk/1"))).isTrue();
        assertThat(all.allowsFleet()).isTrue();
        assertThat(all.endedAt(Instant.MAX)).isFalse();
        assertThat(ring.find("")).isEmpty();
    }

    @Test
    void everyMistakeIsToldWithItsLine() throws Exception {
        write("""
                keys:
                  - { id: "a b", publicKey: abc, verbs: [Heal], subjects: ["container/*"] }
                  - id: ops
                    publicKey: %s
                    verbs: []
                    subjects: ["container/*/x"]
                    fleets: true
                    notAfter: tomorrow
                more: 1
                """.formatted(key()));

        assertThatThrownBy(() -> new KeyRingFile(file).read())
                .isInstanceOf(KeySource.Unreadable.class)
                .hasMessageContaining("more: is not known")
                .hasMessageContaining("keys[0].publicKey: must be a public Ed25519 key")
                .hasMessageContaining("keys[1].fleets: is not known")
                .hasMessageContaining("keys[1].notAfter: must be a time in UTC")
                .hasMessageContaining("keys.yaml:2")
                .hasMessageNotContaining("\n");
    }

    @Test
    void anIdOrAKeyIsOneParty() throws Exception {
        String key = key();
        write("keys:\n" + entry("a", key()) + entry("a", key()));
        assertThatThrownBy(() -> new KeyRingFile(file).read()).hasMessageContaining("has the id a twice");
        write("keys:\n" + entry("a", key) + entry("b", key));
        assertThatThrownBy(() -> new KeyRingFile(file).read()).hasMessageContaining("public key of b twice");
    }

    @Test
    void anotherKindOfKeyIsNone() throws Exception {
        KeyPairGenerator other = KeyPairGenerator.getInstance("Ed448");
        String encoded = java.util.Base64.getEncoder()
                .encodeToString(other.generateKeyPair().getPublic().getEncoded());
        assertThatThrownBy(() -> Ed25519Key.parse(encoded)).hasMessageContaining("public Ed25519 key");
        String own = key();
        assertThat(Ed25519Key.parse(own)).hasToString(own);
        assertThatThrownBy(() -> Ed25519Key.parse(own + "AAAA")).hasMessageContaining("public Ed25519 key");
    }

    @Test
    void whatOthersMayWriteIsNotTrusted() throws Exception {
        write("keys:\n" + entry("a", key()));
        assertThat(new KeyRingFile(file).read().keys()).hasSize(1);
        mode(file, "rw-rw-r--");
        assertThatThrownBy(() -> new KeyRingFile(file).read()).hasMessageContaining("chmod go-w it");
        mode(file, "rw-r--r--");
        mode(directory, "rwxrwxrwx");
        assertThatThrownBy(() -> new KeyRingFile(file).read()).hasMessageContaining("chmod go-w it");
    }

    @Test
    void aLinkThatOthersCouldHaveMadeIsNotTrusted() throws Exception {
        write("keys:\n" + entry("a", key()));
        Path shared = Files.createDirectory(directory.resolve("shared"));
        Files.setAttribute(shared, "unix:mode", 01777);
        Path link = Files.createSymbolicLink(shared.resolve("keys.yaml"), file);
        assertThatThrownBy(() -> new KeyRingFile(link).read())
                .isInstanceOf(KeySource.Unreadable.class)
                .hasMessageContaining(link + " is a symlink in a directory where others can write");
    }

    /** As a directory of Kubernetes' is renewed, or by hand. */
    @Test
    void aLinkIsFollowedAndOneThatLeadsNowhereIsNoEmptyRing() throws Exception {
        write("keys:\n" + entry("a", key()));
        Path link = Files.createSymbolicLink(directory.resolve("link.yaml"), file);
        KeyRingFile ring = new KeyRingFile(link);
        assertThat(ring.read().keys()).hasSize(1);
        Path other =
                Files.writeString(directory.resolve("other.yaml"), "keys:\n" + entry("b", key()) + entry("c", key()));
        mode(other, "rw-r--r--");
        Files.delete(link);
        Files.createSymbolicLink(link, other);
        assertThat(ring.read().keys()).hasSize(2);
        Files.delete(other);
        assertThatThrownBy(ring::read)
                .isInstanceOf(KeySource.Unreadable.class)
                .hasMessage("the key ring " + link + " cannot be used: " + link + " is a symlink to " + other
                        + ", where nothing is: make that, or remove the link");
        Files.delete(link);
        assertThat(ring.read().keys()).isEmpty();
    }

    @Test
    void aBombIsOnlyAMistake() throws Exception {
        StringBuilder many = new StringBuilder("keys:\n");
        for (int i = 0; i <= KeyRing.MOST; i++) {
            many.append("  - ~\n");
        }
        String laughs = "a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\n";
        for (String bomb : new String[] {
            "[".repeat(200_000),
            "a: ".repeat(80_000),
            "? ".repeat(100_000),
            "- ".repeat(100_000),
            "x".repeat(300_000),
            "keys: \"" + "\\".repeat(200_000),
            "%".repeat(200_000),
            laughs,
            many.toString(),
            "\0".repeat(1_000)
        }) {
            write(bomb);
            assertThatThrownBy(() -> new KeyRingFile(file).read()).isInstanceOf(KeySource.Unreadable.class);
        }
    }

    @Test
    void moreKeysThanAnybodyKnowsAreAMistake() throws Exception {
        StringBuilder ring = new StringBuilder("keys:\n");
        for (int i = 0; i <= KeyRing.MOST; i++) {
            ring.append(entry("k" + i, key()));
        }
        write(ring.toString());
        assertThatThrownBy(() -> new KeyRingFile(file).read()).hasMessageContaining("has 1001 keys, at most 1000");
    }

    @Test
    void isReadAgainWhenItChangesAndTrustsNobodyWhileItIsWrong() throws Exception {
        KeyRingFile source = new KeyRingFile(file);
        assertThat(source.read().keys()).isEmpty();
        write("keys:\n" + entry("a", key()));
        KeyRing first = source.read();
        assertThat(first.keys()).hasSize(1);
        assertThat(source.read()).isSameAs(first);
        write("keys:\n" + entry("a", key()) + entry("b", key()));
        assertThat(source.read().keys()).hasSize(2);
        write("keys: nobody\n");
        assertThatThrownBy(source::read).hasMessageContaining("must be a list");
        assertThatThrownBy(source::read).hasMessageContaining("must be a list");
        write("keys:\n" + entry("a", key()));
        assertThat(source.read().keys()).hasSize(1);
        Files.delete(file);
        assertThat(source.read().keys()).isEmpty();
    }

    private static String entry(String id, String key) {
        return "  - { id: " + id + ", publicKey: " + key + ", verbs: [\"*\"], subjects: [\"*\"] }\n";
    }

    private static String key() throws GeneralSecurityException {
        return new Ed25519Key(KeyPairGenerator.getInstance("Ed25519")
                        .generateKeyPair()
                        .getPublic())
                .toString();
    }

    /** As an editor does it: a new file takes the old one's place. */
    private void write(String text) throws IOException {
        Path fresh = Files.writeString(directory.resolve("fresh"), text);
        mode(fresh, "rw-r--r--");
        Files.move(fresh, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private static void mode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }
}
