package dev.watchdog.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentKeyTest {
    @TempDir
    Path directory;

    @Test
    void theSameInputsHaveTheSameKey() throws Exception {
        Path file = Files.writeString(directory.resolve("a.jar"), "one");
        assertThat(new ContentKey().text("x").file(file).hex())
                .hasSize(12)
                .isEqualTo(new ContentKey().text("x").file(file).hex());
    }

    @Test
    void aFileOfTheSameNameAndSizeWithOtherContentHasAnother() throws Exception {
        String before = new ContentKey()
                .file(Files.writeString(directory.resolve("a.jar"), "one"))
                .hex();
        assertThat(new ContentKey()
                        .file(Files.writeString(directory.resolve("a.jar"), "two"))
                        .hex())
                .isNotEqualTo(before);
    }

    @Test
    void whereOneInputEndsAndTheNextBeginsCounts() {
        assertThat(new ContentKey().text("ab", "c").hex())
                .isNotEqualTo(new ContentKey().text("a", "bc").hex());
        assertThat(new ContentKey().bytes("ab".getBytes(StandardCharsets.UTF_8)).hex())
                .isNotEqualTo(new ContentKey().text("a", "b").hex());
    }

    @Test
    void theKafkaImageHoldsNoJarOfTheAgents() {
        assertThat(KafkaImage.jars())
                .isNotEmpty()
                .extracting(jar -> jar.getFileName().toString())
                .anyMatch(name -> name.startsWith("kafka_"))
                .noneMatch(name -> name.startsWith("watchdog") || name.startsWith("events-schema"));
    }
}
