package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessMemoryTest {
    @TempDir
    Path directory;

    private ProcessMemory read(String status) throws IOException {
        Files.writeString(directory.resolve("status"), status);
        return ProcessMemory.read(directory);
    }

    @Test
    void isReadInBytes() throws IOException {
        assertThat(read("""
                Name:\tqemu-system-x86
                VmLck:\t       4 kB
                VmPin:\t       2 kB
                VmRSS:\t  283664 kB
                RssFile:\t   24388 kB
                HugetlbPages:\t    2048 kB
                Mems_allowed:\t00000000,00000003
                Mems_allowed_list:\t0-1,4
                """)).isEqualTo(new ProcessMemory(24388 << 10, 4 << 10, 2 << 10, 2048 << 10, Set.of(0, 1, 4)));
    }

    @Test
    void anOldKernelTellsLess() throws IOException {
        assertThat(read("Name:\tqemu\n")).isEqualTo(new ProcessMemory(0, 0, 0, 0, Set.of()));
        Files.delete(directory.resolve("status"));
        assertThatThrownBy(() -> ProcessMemory.read(directory)).isInstanceOf(IOException.class);
        assertThat(ProcessMemory.read(Path.of("/proc/self")).hugePages()).isNotNegative();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"0 | 0", "0-3 | 0-3", "0-1,4,6-7 | 0-1,4,6-7", "3,1,2 | 1-3", "0-3,^2 | 0-1,3", "5,6 | 5-6"})
    void nodesAreListedAsTheKernelDoes(String list, String again) {
        assertThat(NumberList.text(NumberList.parse(list))).isEqualTo(again);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "1-", "-1", "1;2", "99999", "0-9999x"})
    void whatIsNoListIsNone(String list) {
        assertThat(NumberList.parse(list)).isEmpty();
    }

    @Test
    void aListIsBounded() {
        assertThat(NumberList.parse("0-9999")).hasSize(1_024);
    }
}
