package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryStallTest {
    @TempDir
    Path proc;

    private void file(String text) throws IOException {
        Files.createDirectories(proc.resolve("pressure"));
        Files.writeString(proc.resolve("pressure/memory"), text);
    }

    @Test
    void isInMicroseconds() throws IOException {
        file("""
                some avg10=1.53 avg60=0.87 avg300=1.73 total=1088168194
                full avg10=0.00 avg60=0.00 avg300=0.00 total=4200
                """);
        assertThat(MemoryStall.read(proc)).isEqualTo(new MemoryStall(1_088_168_194, 4_200));
    }

    @Test
    void isNothingWhereTheKernelHasNone() throws IOException {
        assertThat(MemoryStall.read(proc)).isNull();
        Files.createDirectories(proc.resolve("pressure/memory"));
        assertThat(MemoryStall.read(proc)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "some\nfull\n",
                "some avg10=0.00 total=1\n",
                "full avg10=0.00 total=1\n",
                "some avg10=0.00 total=-1\nfull avg10=0.00 total=1\n",
                "some avg10=0.00 total=1234567890123456\nfull avg10=0.00 total=1\n",
                "some avg10=0.00 subtotal=1\nfull avg10=0.00 total=1\n",
            })
    void nonsenseIsNothing(String nonsense) throws IOException {
        file(nonsense);
        assertThat(MemoryStall.read(proc)).isNull();
    }
}
