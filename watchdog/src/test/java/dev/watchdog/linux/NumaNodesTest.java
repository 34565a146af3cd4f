package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NumaNodesTest {
    @TempDir
    Path sys;

    private void write(String name, String text) throws IOException {
        Path file = sys.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void node(int number, int total, int free) throws IOException {
        write("devices/system/node/node" + number + "/meminfo", """
                Node %1$d MemTotal:       %2$d kB
                Node %1$d MemFree:        %3$d kB
                Node %1$d Active(file):   30 kB
                Node %1$d Inactive(file): 20 kB
                Node %1$d FilePages:      90 kB
                """.formatted(number, total, free));
    }

    @Test
    void severalAddUpAndTheirPoolsAreNotTheirs() throws IOException {
        write("devices/system/node/has_memory", "0,2\n");
        node(0, 1_000, 400);
        node(2, 3_000, 1_000);
        write("devices/system/node/node2/hugepages/hugepages-64kB/nr_hugepages", "10\n");
        assertThat(NumaNodes.withMemory(sys)).containsExactlyInAnyOrder(0, 2);
        assertThat(NumaNodes.read(sys, Set.of(0))).isEqualTo(new NumaNodes.Memory(1_000 << 10, 550 << 10));
        assertThat(NumaNodes.read(sys, Set.of(0, 2)))
                .isEqualTo(new NumaNodes.Memory((1_000 + 3_000 - 640) << 10, (550 + 3_000 - 640 - 1_050) << 10));
    }

    @Test
    void aNodeThatIsNotThereIsSaid() throws IOException {
        assertThat(NumaNodes.withMemory(sys)).isEmpty();
        assertThatThrownBy(() -> NumaNodes.read(sys, Set.of(1))).isInstanceOf(IOException.class);
        write("devices/system/node/node1/meminfo", "Node 1 MemTotal: 5 kB\n");
        assertThatThrownBy(() -> NumaNodes.read(sys, Set.of(1))).hasMessageContaining("does not tell");
    }

    @Test
    void poolsOfEverySizeCount() throws IOException {
        assertThat(HugePagePools.total(sys)).isZero();
        write("kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "16\n");
        write("kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages", "2\n");
        write("kernel/mm/hugepages/hugepages-odd/nr_hugepages", "9\n");
        assertThat(HugePagePools.total(sys)).isEqualTo((2L << 30) + (32L << 20));
        write("kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages", "999999999999\n");
        assertThat(HugePagePools.total(sys)).as("nonsense does not wrap around").isPositive();
        assertThat(SamePageMerging.saved(sys)).isZero();
        write("kernel/mm/ksm/pages_sharing", "2\n");
        assertThat(SamePageMerging.saved(sys)).isEqualTo(2L * Libc.getpagesize());
    }
}
