package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.watchdog.linux.MemoryControlGroups.Group;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryControlGroupsTest {
    private static final String SCOPE = "/machine.slice/machine-qemu\\x2d1\\x2dweb.scope";

    @TempDir
    Path root;

    private Path process;

    @BeforeEach
    void process() throws IOException {
        process = root.resolve("proc/4711");
        write("proc/4711/cgroup", "0::" + SCOPE + "/libvirt/emulator\n");
    }

    private void write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void mounts(String... lines) throws IOException {
        write("proc/self/mountinfo", String.join("\n", lines) + "\n");
    }

    private void unified() throws IOException {
        mounts("30 20 0:26 / " + root + "/fs rw,nosuid - cgroup2 cgroup2 rw,nsdelegate");
        write("fs/cgroup.controllers", "cpuset cpu io memory hugetlb pids\n");
    }

    private void group(String path, String max, String high, long current, String stat) throws IOException {
        write("fs" + path + "/memory.max", max + "\n");
        write("fs" + path + "/memory.high", high + "\n");
        write("fs" + path + "/memory.current", current + "\n");
        write("fs" + path + "/memory.stat", stat);
    }

    private MemoryControlGroups groups() throws IOException {
        return MemoryControlGroups.find(root.resolve("proc"));
    }

    @Test
    void everyGroupUpToTheRootIsNamedFromTheProcessOn() throws IOException {
        unified();
        String path = groups().pathOf(process);
        assertThat(MemoryControlGroups.upward(path))
                .containsExactly(SCOPE + "/libvirt/emulator", SCOPE + "/libvirt", SCOPE, "/machine.slice");
        assertThat(MemoryControlGroups.upward("")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1000, max, 1000", "max, 700, 700", "1000, 700, 700", "700, 1000, 700", "0, max, 0"})
    void theSmallerOfItsLimitsHoldsAndCacheIsNotUsed(String max, String high, long limit) throws IOException {
        unified();
        group(SCOPE, max, high, 900, "anon 500\nfile 400\ninactive_file 200\nactive_file 100\nkernel 3\n");
        assertThat(groups().read(SCOPE)).isEqualTo(new Group(SCOPE, limit, 600));
    }

    @Test
    void withoutALimitThereIsNone() throws IOException {
        unified();
        group(SCOPE, "max", "max", 900, "anon 500\n");
        assertThat(groups().read(SCOPE)).isNull();
        Files.createDirectories(root.resolve("fs" + SCOPE + "/libvirt"));
        assertThat(groups().read(SCOPE + "/libvirt"))
                .as("a group that the controller is not handed down to")
                .isNull();
    }

    @Test
    void theOldControllerIsReadWhereItIsMounted() throws IOException {
        mounts(
                "41 31 0:38 / " + root + "/unified rw - cgroup2 cgroup2 rw",
                "32 31 0:29 / " + root + "/cpu rw - cgroup cgroup rw,cpu,cpuacct",
                "35 31 0:32 / " + root + "/fs rw - cgroup cgroup rw,memory");
        write("proc/4711/cgroup", "4:memory:/machine/qemu-1-a.libvirt-qemu\n1:cpu,cpuacct:/machine/x\n0::/other\n");
        String path = groups().pathOf(process);
        assertThat(path).isEqualTo("/machine/qemu-1-a.libvirt-qemu");
        write("fs" + path + "/memory.limit_in_bytes", "629145600\n");
        write("fs" + path + "/memory.usage_in_bytes", "500\n");
        write("fs" + path + "/memory.stat", "inactive_file 9\ntotal_inactive_file 60\ntotal_active_file 40\n");
        assertThat(groups().read(path)).isEqualTo(new Group(path, 629145600, 400));
        write("fs/machine/memory.limit_in_bytes", "9223372036854771712\n");
        assertThat(groups().read("/machine")).isNull();
    }

    @Test
    void withoutTheControllerNobodyIsLimited() throws IOException {
        mounts("30 20 0:26 / " + root + "/fs rw - cgroup2 cgroup2 rw");
        write("fs/cgroup.controllers", "cpuset hugetlb\n");
        assertThat(groups().areThere()).isFalse();
        assertThat(groups().pathOf(process)).isEmpty();
        assertThat(groups().read(SCOPE)).isNull();
        mounts("1 1 0:1 / / rw - ext4 /dev/vda rw");
        assertThat(groups().areThere()).isFalse();
    }

    @Test
    void whatCannotBeReadIsNotTakenForUnlimited() throws IOException {
        unified();
        assertThatThrownBy(() -> groups().read(SCOPE)).as("it has gone").isInstanceOf(IOException.class);
        group(SCOPE, "much", "max", 1, "");
        assertThatThrownBy(() -> groups().read(SCOPE)).hasMessageContaining("holds no number");
        group(SCOPE, "99999999999999999999", "max", 1, "");
        assertThatThrownBy(() -> groups().read(SCOPE)).hasMessageContaining("holds no number");
        group(SCOPE, "5", "max", 1, "");
        Files.delete(root.resolve("fs" + SCOPE + "/memory.stat"));
        assertThatThrownBy(() -> groups().read(SCOPE)).hasMessageContaining("ENOENT");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0::/../../machine.slice/x", "0::/..", "0::x", "3:pids:/x", "", "0::"})
    void aGroupThatCannotBeSeenFromHereIsUnknown(String line) throws IOException {
        unified();
        write("proc/4711/cgroup", line + "\n");
        assertThatThrownBy(() -> groups().pathOf(process)).isInstanceOf(IOException.class);
    }

    @Test
    void aGroupThatIsTooDeepOrHasAnOddNameIsUnknown() throws IOException {
        unified();
        write("proc/4711/cgroup", "0::" + "/d".repeat(32) + "\n");
        assertThat(MemoryControlGroups.upward(groups().pathOf(process))).hasSize(32);
        write("proc/4711/cgroup", "0::" + "/d".repeat(33) + "\n");
        assertThatThrownBy(() -> groups().pathOf(process)).hasMessageContaining("deeper than 32 levels");
        write("proc/4711/cgroup", "0::/a\u001b[2J\n");
        assertThatThrownBy(() -> groups().pathOf(process)).hasMessageContaining("/a\\u001b[2J");
    }

    @Test
    void theHierarchyIsTakenWhereItIsMountedWhole() throws IOException {
        mounts(
                "30 20 0:26 /docker/1f2e " + root + "/part rw - cgroup2 cgroup2 rw",
                "31 20 0:26 / " + root + "/fs rw - cgroup2 cgroup2 rw");
        write("fs/cgroup.controllers", "memory\n");
        assertThat(groups().areThere()).isTrue();
    }

    @Test
    void aPartOfTheHierarchyIsNotTakenForTheWhole() throws IOException {
        mounts("30 20 0:26 /docker/1f2e " + root + "/fs rw - cgroup2 cgroup2 rw");
        assertThatThrownBy(this::groups).hasMessageContaining("shows only /docker/1f2e");
    }

    @Test
    void thisHostsAreFound() throws IOException {
        MemoryControlGroups here = MemoryControlGroups.find(Path.of("/proc"));
        for (String each : MemoryControlGroups.upward(here.pathOf(Path.of("/proc/self")))) {
            Group group = here.read(each);
            assertThat(group == null || group.used() >= 0).isTrue();
        }
    }
}
