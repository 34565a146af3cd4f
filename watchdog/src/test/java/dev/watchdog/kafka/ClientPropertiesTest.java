package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.watchdog.events.ContentMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientPropertiesTest {
    @TempDir
    Path directory;

    @Test
    void secretsAreReadFromFilesAndVariablesAndKeptOutOfWhatIsSaid() throws IOException {
        Path file = secret("rw-r--r--");
        ClientProperties properties = properties(
                Map.of("linger.ms", "7"),
                Map.of("ssl.key.password", "file:" + file, "ssl.keystore.password", "env:STORE"));
        assertThat(properties.producer())
                .containsEntry("ssl.key.password", "hunter2")
                .containsEntry("ssl.keystore.password", "hunter3")
                .containsEntry("linger.ms", "7")
                .containsEntry("acks", "all")
                .containsEntry("client.id", "watchdog-h1");
        assertThat(properties.consumer()).containsEntry("enable.auto.commit", "false");
        assertThat(properties.why(new IllegalStateException("x", new IOException("wrong: hunter2\nor hunter3"))))
                .isEqualTo("wrong: (secret) or (secret)");
    }

    @Test
    void aSecretThatOthersCanWriteOrThatIsNotThereIsToldWithoutIt() throws IOException {
        Path file = secret("rw-rw-r--");
        assertThatThrownBy(() -> properties(Map.of(), Map.of("ssl.key.password", "file:" + file))
                        .producer())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("can be written by others")
                .hasMessageNotContaining("hunter2");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwx---"));
        assertThatThrownBy(() -> properties(Map.of(), Map.of("ssl.key.password", "file:" + file))
                        .producer())
                .isInstanceOf(IOException.class)
                .hasMessageContaining(directory + " can be written by others");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        assertThatThrownBy(() -> properties(Map.of(), Map.of("ssl.key.password", "env:ABSENT"))
                        .admin())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ABSENT");
        assertThatThrownBy(() -> properties(Map.of(), Map.of("ssl.key.password", "file:" + directory))
                        .admin())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not a file");
    }

    @Test
    void aSecretMayBeALinkThatNobodyElseCouldHaveMade() throws IOException {
        Path file = secret("rw-------");
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        assertThat(properties(Map.of(), Map.of("ssl.key.password", "file:" + link))
                        .admin())
                .containsEntry("ssl.key.password", "hunter2");
        Path shared = Files.createDirectory(directory.resolve("shared"));
        Files.setAttribute(shared, "unix:mode", 01777);
        Path theirs = Files.createSymbolicLink(shared.resolve("link"), file);
        assertThatThrownBy(() -> properties(Map.of(), Map.of("ssl.key.password", "file:" + theirs))
                        .admin())
                .isInstanceOf(IOException.class)
                .hasMessageContaining(theirs + " is a symlink in a directory where others can write")
                .hasMessageNotContaining("hunter2");
        Files.delete(file);
        assertThatThrownBy(() -> properties(Map.of(), Map.of("ssl.key.password", "file:" + link))
                        .admin())
                .isInstanceOf(IOException.class)
                .hasMessageContaining(link + " is a symlink to " + file + ", where nothing is");
    }

    /** To learn where a topic is takes two answers, and a broker may take its time for each. */
    @Test
    void whereATopicIsIsWaitedForAsLongAsForAnyAnswer() throws IOException {
        Map<String, Object> producer = properties(Map.of(), Map.of()).producer();
        assertThat(producer.get("max.block.ms")).isEqualTo(producer.get("request.timeout.ms"));
    }

    private Path secret(String mode) throws IOException {
        Path file = Files.writeString(directory.resolve("secret"), "hunter2\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private static ClientProperties properties(Map<String, String> properties, Map<String, String> secrets) {
        KafkaSettings settings = new KafkaSettings(
                "b:9092",
                "watchdog.",
                ContentMode.STRUCTURED,
                true,
                Duration.ofSeconds(10),
                properties,
                secrets,
                KafkaSettings.SHIPPED.commands());
        return new ClientProperties(settings, "h1", Map.of("STORE", "hunter3"));
    }
}
