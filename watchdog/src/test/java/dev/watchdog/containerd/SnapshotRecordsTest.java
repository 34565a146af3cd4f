package dev.watchdog.containerd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that containerd holds open: its own databases, and what a container calls so. */
class SnapshotRecordsTest {
    private static final int SELF = (int) ProcessHandle.current().pid();

    @TempDir
    Path directory;

    private Path database;

    @BeforeEach
    void write() throws IOException {
        Path place = Files.createDirectories(directory.resolve("io.containerd.metadata.v1.bolt"));
        database = Files.write(place.resolve("meta.db"), new byte[8192]);
    }

    @Test
    void aFileThatIsOnlyReadIsNotItsDatabase() throws Exception {
        try (RandomAccessFile held = new RandomAccessFile(database.toFile(), "r")) {
            assertThat(held.read()).isZero();
            assertThat(SnapshotRecords.of(SELF, "test", "one")).isNull();
        }
    }

    @Test
    void aFileThatIsOnlyWrittenIsNotItsDatabase() throws Exception {
        try (var held = Files.newOutputStream(database)) {
            held.write(new byte[8192]);
            assertThat(SnapshotRecords.of(SELF, "test", "one")).isNull();
        }
    }

    @Test
    void whatIsReadAndWrittenIs() throws Exception {
        try (RandomAccessFile held = new RandomAccessFile(database.toFile(), "rw")) {
            assertThat(held.read()).isZero();
            assertThatThrownBy(() -> SnapshotRecords.of(SELF, "test", "one")).hasMessageContaining("damaged");
        }
    }
}
