package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.watchdog.testing.Programs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class RegularFileTest {
    @TempDir
    Path directory;

    @Test
    void readsAFileAlsoThroughSymlinks() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "text");
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        assertThat(RegularFile.text(link, 4)).isEqualTo("text");
        assertThatThrownBy(() -> RegularFile.text(file, 3)).hasMessageContaining("read more than 3 bytes of");
        try (FileChannel channel = RegularFile.channel(link)) {
            ByteBuffer bytes = ByteBuffer.allocate(9);
            assertThat(channel.read(bytes, 2)).isEqualTo(2);
        }
    }

    @Test
    void aFileOfATebibyteIsReadToTheLimit() throws IOException {
        Path file = directory.resolve("sparse");
        try (var out = new java.io.RandomAccessFile(file.toFile(), "rw")) {
            out.setLength(1L << 40);
        }
        assertThatThrownBy(() -> RegularFile.text(file, 1 << 20)).hasMessageContaining("read more than 1 MiB of");
    }

    /** Opening one waits until somebody writes; it must not even be tried. */
    @Test
    @Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void nothingElseIsOpened() {
        Path fifo = directory.resolve("fifo");
        Programs.run("mkfifo", fifo.toString()).orFail();
        for (Path path : new Path[] {fifo, directory, Path.of("/dev/zero")}) {
            assertThatThrownBy(() -> RegularFile.text(path, 9)).hasMessageContaining("is not a regular file");
            assertThatThrownBy(() -> RegularFile.channel(path)).hasMessageContaining("is not a regular file");
        }
        assertThatThrownBy(() -> RegularFile.text(directory.resolve("none"), 9)).hasMessageContaining("ENOENT");
    }
}
