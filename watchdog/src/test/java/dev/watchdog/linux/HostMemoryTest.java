package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostMemoryTest {
    private static final String MEMINFO = """
            MemTotal:       24684092 kB
            MemFree:        21863600 kB
            MemAvailable:   22342760 kB
            SwapTotal:             0 kB
            """;
    private static final String VMSTAT = """
            nr_free_pages 100
            pswpin 3
            pswpout 7
            zswpout 9
            """;
    private static final String ARC = """
            9 1 0x01 147 39984 8675309 123456789
            name                            type data
            c                               4    1073741824
            c_min                           4    73741824
            c_max                           4    2147483648
            size                            4    1073741824
            compressed_size                 4    7
            mru_evictable_data              4    300000000
            mru_evictable_metadata          4    100000
            mru_ghost_evictable_data        4    900000000
            mfu_evictable_data              4    200000000
            mfu_evictable_metadata          4    20000
            """;

    @TempDir
    Path proc;

    @BeforeEach
    void normal() throws IOException {
        file("meminfo", MEMINFO);
        file("vmstat", VMSTAT);
    }

    private void file(String name, String text) throws IOException {
        Path file = proc.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @Test
    void isToldInBytes() throws IOException {
        HostMemory memory = HostMemory.read(proc);
        assertThat(memory).isEqualTo(new HostMemory(24684092L << 10, 22342760L << 10, 7L * Libc.getpagesize()));
        assertThat(Libc.getpagesize()).isIn(4 << 10, 16 << 10, 64 << 10);
    }

    @Test
    void thisHostsIsPlausible() throws IOException {
        HostMemory memory = HostMemory.read(Path.of("/proc"));
        assertThat(memory.total()).isBetween(64L << 20, 1L << 50);
        assertThat(memory.available()).isBetween(1L << 20, memory.total());
        assertThat(memory.swappedOut()).isNotNegative();
    }

    @Test
    void whatZfsCanEvictIsAvailable() throws IOException {
        file("spl/kstat/zfs/arcstats", ARC);
        assertThat(HostMemory.read(proc).available()).isEqualTo((22342760L << 10) + 500_120_000);
        file("spl/kstat/zfs/arcstats", ARC.replace(" 300000000", " 999999999999999"));
        assertThat(HostMemory.read(proc).available())
                .as("not below the least that it keeps")
                .isEqualTo((22342760L << 10) + 1_000_000_000);
    }

    @Test
    void anArcAboveItsTargetGivesNothing() throws IOException {
        file("spl/kstat/zfs/arcstats", ARC.replace("c                               4    1073741824", "c 4 900000000"));
        assertThat(HostMemory.read(proc).available()).isEqualTo(22342760L << 10);
        file(
                "spl/kstat/zfs/arcstats",
                ARC.replace("c                               4    1073741824", "c 4 1073000000"));
        assertThat(HostMemory.read(proc).available())
                .as("it hovers around its target")
                .isEqualTo((22342760L << 10) + 500_120_000);
    }

    @Test
    void anOldZfsThatDoesNotTellWhatCanBeEvictedGivesNothing() throws IOException {
        file("spl/kstat/zfs/arcstats", ARC.replaceAll("(?m)^m[rf]u_evictable.*\n", ""));
        assertThat(HostMemory.read(proc).available()).isEqualTo(22342760L << 10);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "size 4 x", "size 4 5\nc_min 4 9\n", "size 4 -5\nc_min 4 1", "size 4 9\nc_min 4"})
    void anArcThatIsNotUnderstoodGivesNothing(String nonsense) throws IOException {
        file("spl/kstat/zfs/arcstats", nonsense);
        assertThat(HostMemory.read(proc).available()).isEqualTo(22342760L << 10);
    }

    @Test
    void anOldKernelIsToldApart() throws IOException {
        file("meminfo", MEMINFO.replace("MemAvailable", "MemCommitted"));
        assertThatThrownBy(() -> HostMemory.read(proc))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        proc + "/meminfo has no line that can be read for MemAvailable, which Linux has since 3.14");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\0\0\n\n",
                "MemTotal: 0 kB\nMemAvailable: 0 kB\n",
                "MemTotal: -1 kB\nMemAvailable: 1 kB\n",
                "MemTotal: 5 MB\nMemAvailable: 1 kB\n",
                "MemTotal: 99999999999999999999 kB\nMemAvailable: 1 kB\n",
                "MemTotal: ٣ kB\nMemAvailable: 1 kB\n",
            })
    void nonsenseIsOneLine(String nonsense) throws IOException {
        file("meminfo", nonsense);
        assertThatThrownBy(() -> HostMemory.read(proc))
                .isInstanceOf(IOException.class)
                .message()
                .contains("/meminfo ")
                .doesNotContain("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "pswpout", "pswpout -4\n", "pswpout 12345678901234\n", "xpswpout 1\n"})
    void soIsNonsenseInVmstat(String nonsense) throws IOException {
        file("vmstat", nonsense);
        assertThatThrownBy(() -> HostMemory.read(proc))
                .isInstanceOf(IOException.class)
                .hasMessage(proc + "/vmstat has no line that can be read for pswpout");
    }

    @Test
    void theLargestNumbersFit() throws IOException {
        file("meminfo", "MemTotal: 999999999999999 kB\nMemAvailable: 999999999999999 kB\n");
        file("vmstat", "pswpout 9999999999999\n");
        HostMemory memory = HostMemory.read(proc);
        assertThat(memory.total()).isEqualTo(memory.available()).isPositive();
        assertThat(memory.swappedOut()).isPositive();
    }

    @Test
    void whatIsMissingOrTooLongIsNamed() throws IOException {
        file("vmstat", VMSTAT + "x".repeat(1 << 18));
        assertThatThrownBy(() -> HostMemory.read(proc)).hasMessageContaining("vmstat: EOVERFLOW");
        Files.delete(proc.resolve("vmstat"));
        assertThatThrownBy(() -> HostMemory.read(proc)).hasMessageContaining("vmstat: ENOENT");
        Files.createDirectory(proc.resolve("vmstat"));
        assertThatThrownBy(() -> HostMemory.read(proc)).hasMessageContaining("vmstat: EISDIR");
    }
}
