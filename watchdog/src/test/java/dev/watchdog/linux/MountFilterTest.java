package dev.watchdog.linux;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables in files: how they are read does not depend on who wrote them. */
class MountFilterTest {
    private static final String SMALL = """
            1 1 0:3 / / rw - t s o
            2 1 0:4 / /a rw - t s o
            3 2 0:5 / /a/b\\040c rw - t s o
            4 1 0:6 / / rw master:9 - t s o
            x 1 0:7 / / rw - t s o
            5 4 0:8 / /ab rw - t s o
            """;

    @TempDir
    Path directory;

    private MountTable read(String mountinfo, MountFilter filter) throws IOException {
        Path file = directory.resolve("mountinfo");
        Files.writeString(file, mountinfo);
        try (Descriptor open = Descriptor.open(Abi.AT_FDCWD, file.toString(), 0)) {
            return MountTable.read(open, filter);
        }
    }

    private List<Long> ids(MountFilter filter) throws IOException {
        return read(SMALL, filter).entries().stream().map(MountEntry::id).toList();
    }

    @Test
    void keepsWhatIsWantedAndNothingElse() throws IOException {
        assertThat(ids(MountFilter.byId(3))).containsExactly(3L);
        assertThat(ids(MountFilter.byId(9))).isEmpty();
        assertThat(ids(MountFilter.byId(-1))).isEmpty();
        assertThat(ids(MountFilter.mountedOn(1))).containsExactly(2L);
        assertThat(ids(MountFilter.mountedOn(3))).isEmpty();
        assertThat(ids(MountFilter.atRoot())).containsExactly(1L, 4L);
        assertThat(ids(MountFilter.at("/a/b c"))).containsExactly(3L);
        assertThat(ids(MountFilter.at("/a"))).containsExactly(2L);
        assertThat(ids(MountFilter.onTheWayTo("/a/b c/d"))).containsExactly(1L, 2L, 3L, 4L);
        assertThat(ids(MountFilter.onTheWayTo("/ab"))).containsExactly(1L, 4L, 5L);
    }

    @Test
    void keepsControlGroupsByTheirTypeAlone() throws IOException {
        String mounts = """
                1 1 0:3 / / rw - ext4 /dev/vda1 rw
                2 1 0:4 / /a\\040-\\040cgroup2 rw - tmpfs cgroup2 rw
                3 1 0:5 / /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw
                4 1 0:6 / /sys/fs/cgroup/memory rw,nosuid - cgroup cgroup rw,memory
                5 1 0:7 / /x rw - tmpfs - cgroup
                """;
        assertThat(read(mounts, MountFilter.controlGroups()).entries())
                .extracting(MountEntry::id, MountEntry::type)
                .contains(tuple(3L, "cgroup2"), tuple(4L, "cgroup"))
                .doesNotContain(tuple(2L, "tmpfs"));
    }

    @Test
    void aLineThatIsTooLongHidesNoOther() throws IOException {
        String giant = "6 1 0:9 / /" + "g".repeat(MountTable.LONGEST_LINE) + " rw - t s o\n";
        MountTable table = read("1 1 0:3 / / rw - t s o\n" + giant + "7 1 0:9 / /z rw - t s o\n", MountFilter.byId(7));
        assertThat(table.byId(7)).isNotNull();
        assertThat(table.oddLines()).isEqualTo(1);
    }

    /** What would fill the heap of the agent some times over, were it kept. */
    @Test
    void aTableWithoutEndIsReadToTheLimitAndTold() throws IOException {
        Path file = directory.resolve("mountinfo");
        String line = "8 1 0:9 / /" + "p".repeat(70_000) + " rw - t s o\n";
        try (var out = Files.newOutputStream(file)) {
            out.write("1 1 0:3 / / rw - t s o\n".getBytes(US_ASCII));
            byte[] bytes = line.repeat(10).getBytes(US_ASCII);
            for (long written = 0; written <= MountTable.MOST_BYTES; written += bytes.length) {
                out.write(bytes);
            }
        }
        try (Descriptor open = Descriptor.open(Abi.AT_FDCWD, file.toString(), 0)) {
            assertThat(MountTable.read(open, MountFilter.byId(1)).byId(1)).isNotNull();
        }
        MountFilter patient = MountFilter.byId(9).within(Duration.ofMinutes(5));
        try (Descriptor open = Descriptor.open(Abi.AT_FDCWD, file.toString(), 0)) {
            assertThatThrownBy(() -> MountTable.read(open, patient))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageMatching(
                            "read more than 256 MiB of .*/mountinfo: EOVERFLOW .*larger than the agent reads.*");
        }
        try (Descriptor open = Descriptor.open(Abi.AT_FDCWD, file.toString(), 0)) {
            assertThatThrownBy(() -> MountTable.read(open, patient.within(Duration.ofMillis(1))))
                    .hasMessageMatching("read for more than 1 ms .*/mountinfo: ETIMEDOUT");
        }
    }

    @Test
    void mountsStackedWithoutEndAreTold() {
        String stacked = "8 1 0:9 / / rw - t s o\n".repeat(1_001);
        assertThatThrownBy(() -> read(stacked, MountFilter.atRoot()))
                .hasMessageContaining("keep more than 1000 mounts")
                .hasMessageContaining("EOVERFLOW");
    }
}
