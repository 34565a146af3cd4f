package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.guests.policy.GuestSetup.Limits;
import dev.watchdog.guests.policy.HostSample.Heat;
import dev.watchdog.guests.policy.SharedLimit;
import dev.watchdog.libvirt.GuestStats;
import dev.watchdog.libvirt.MadeUp;
import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.KernelFiles;
import dev.watchdog.linux.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What bounds guests beside the host, read from files of the kernel that a test writes. */
@Timeout(60)
class LimitSensorTest {
    private static final UUID WEB = UUID.fromString("1d2c3b4a-0000-4000-8000-000000000001");
    private static final UUID DB = UUID.fromString("1d2c3b4a-0000-4000-8000-000000000002");

    private final AtomicLong millis = new AtomicLong(100_000);
    private final HostClock clock = () -> new Moment("boot", Duration.ofMillis(millis.get()), Instant.EPOCH);

    @TempDir
    Path root;

    private @Nullable LimitSensor sensor;
    private MemoryBacking backing = MemoryBacking.ORDINARY;

    @BeforeEach
    void host() throws IOException {
        write("proc/self/mountinfo", "30 20 0:26 / " + root + "/fs rw - cgroup2 cgroup2 rw\n");
        write("fs/cgroup.controllers", "cpu memory\n");
        group("/machine.slice", "max", 0, 0);
        guest(100, WEB, "/machine.slice/web");
        guest(101, DB, "/machine.slice/db");
    }

    @AfterEach
    void end() {
        if (sensor != null) {
            sensor.close();
        }
    }

    private void write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void group(String path, String max, long used, long some) throws IOException {
        write("fs" + path + "/memory.max", max + "\n");
        write("fs" + path + "/memory.high", "max\n");
        write("fs" + path + "/memory.current", used + 7 + "\n");
        write("fs" + path + "/memory.stat", "anon 1\ninactive_file 4\nactive_file 3\n");
        write(
                "fs" + path + "/memory.pressure",
                "some avg10=0.00 avg60=0.00 avg300=0.00 total=" + some + "\nfull avg10=0.00 total=0\n");
    }

    private void guest(int pid, UUID guest, String group) throws IOException {
        process(pid, guest, group, "VmLck:\t 0 kB\n");
        group(group, "max", 0, 0);
    }

    private void process(int pid, UUID guest, String group, String status) throws IOException {
        write("proc/" + pid + "/comm", "qemu-system-x86\n");
        write("proc/" + pid + "/cmdline", "qemu\0-uuid\0" + guest + "\0");
        write("proc/" + pid + "/stat", pid + " (qemu) S 1" + " 0".repeat(17) + " 55 0\n");
        write("proc/" + pid + "/cgroup", "0::" + group + "/libvirt/emulator\n");
        write("proc/" + pid + "/status", status);
        Files.createDirectories(root.resolve("fs" + group + "/libvirt/emulator"));
    }

    /** Made when the host is as the test wants it. */
    private LimitSensor sensor() {
        LimitSensor made = sensor;
        if (made == null) {
            made = new LimitSensor(KernelFiles.below(root), clock);
            sensor = made;
        }
        return made;
    }

    private LimitSensor.View look() {
        millis.addAndGet(1_000);
        return sensor().look(List.of(seen(WEB), seen(DB)));
    }

    private SeenGuest seen(UUID guest) {
        GuestStats stats = MadeUp.stats(
                guest,
                "x",
                GuestStats.State.RUNNING,
                Map.of("balloon.current", 512L << 10, "balloon.maximum", 512L << 10, "balloon.rss", 300L << 10));
        GuestDescription description = new GuestDescription(true, false, 1, List.of(), MemoryWishes.NONE, backing, "");
        return SeenGuest.of("test:///", stats, description, SeenGuest.Voice.HEARD, GuestsSettings.DEFAULTS);
    }

    /** The processes are searched for on a thread of their own. */
    private LimitSensor.View found() {
        return await().atMost(Duration.ofSeconds(20))
                .until(
                        this::look,
                        view -> view.placements().values().stream()
                                .allMatch(each -> each.limits().known()));
    }

    @Test
    void untilItsProcessIsFoundAGuestsLimitsAreUnknown() {
        assertThat(look().of(WEB).limits()).isEqualTo(Limits.UNKNOWN);
        assertThat(found().of(WEB).limits()).isEqualTo(Limits.NONE);
    }

    @Test
    void everyGroupWithALimitOnTheWayToTheRootIsTold() throws IOException {
        group("/machine.slice", "1000000", 700_000, 0);
        group("/machine.slice/web", "600000", 400_000, 0);
        LimitSensor.View view = found();
        assertThat(view.of(WEB).limits().names()).containsExactlyInAnyOrder("/machine.slice/web", "/machine.slice");
        assertThat(view.of(DB).limits().names()).containsExactly("/machine.slice");
        assertThat(view.limits())
                .containsExactlyInAnyOrder(
                        new SharedLimit("/machine.slice", 1_000_000, 700_000, Heat.COOL),
                        new SharedLimit("/machine.slice/web", 600_000, 400_000, Heat.COOL));
        assertThat(view.shared()).isEqualTo("/machine.slice");
    }

    @Test
    void aLimitThatChangesIsSeenWithTheNextLook() throws IOException {
        group("/machine.slice/web", "600000", 400_000, 0);
        found();
        group("/machine.slice/web", "500000", 450_000, 0);
        assertThat(look().limits()).containsExactly(new SharedLimit("/machine.slice/web", 500_000, 450_000, Heat.COOL));
        group("/machine.slice/web", "max", 450_000, 0);
        assertThat(look().limits()).isEmpty();
    }

    @Test
    void aNewLimitIsSeenWithinFiveSecondsAndAtOnceWhenTheGuestIsToBeMoved() throws IOException {
        found();
        look();
        group("/machine.slice/web", "500000", 450_000, 0);
        group("/machine.slice/db", "400000", 300_000, 0);
        sensor().expect(WEB);
        assertThat(look().limits()).extracting(SharedLimit::name).contains("/machine.slice/web");
        for (int i = 0; i < 5; i++) {
            look();
        }
        assertThat(look().limits()).extracting(SharedLimit::name).contains("/machine.slice/db");
    }

    @Test
    void aGuestThatIsMovedToAnotherGroupIsFollowed() throws IOException {
        found();
        group("/kubepods/pod1", "300000", 100_000, 0);
        process(100, WEB, "/kubepods/pod1", "");
        sensor().expect(WEB);
        LimitSensor.View view = look();
        assertThat(view.of(WEB).limits().names()).containsExactly("/kubepods/pod1");
        assertThat(view.shared()).isEmpty();
    }

    @Test
    void aGroupThatCannotBeReadMakesItsGuestsLimitsUnknownAndNobodyElses() throws IOException {
        found();
        write("fs/machine.slice/web/memory.max", "garbage\n");
        sensor().expect(WEB);
        LimitSensor.View view = look();
        assertThat(view.of(WEB).limits()).isEqualTo(Limits.UNKNOWN);
        assertThat(view.of(DB).limits()).isEqualTo(Limits.NONE);
    }

    @Test
    void whoClaimsToBeAGuestOnlyMakesItsBoundsStricter() throws IOException {
        group("/machine.slice/web", "600000", 400_000, 0);
        group("/user.slice", "100", 50, 0);
        process(900, WEB, "/user.slice", "");
        assertThat(found().of(WEB).limits().names()).containsExactlyInAnyOrder("/machine.slice/web", "/user.slice");
    }

    /** Somebody who claimed to be it before it was there is not taken for it for ever. */
    @Test
    void whoIsFoundByAClaimAloneIsLookedForAgain() throws IOException {
        found();
        group("/machine.slice/late", "600000", 400_000, 0);
        process(900, WEB, "/machine.slice/late", "");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> look().of(WEB).limits().names().contains("/machine.slice/late"));
    }

    /** Started before it, they would be the first that are found, and its own limit would not be seen. */
    @Test
    void whoHidesItAmongManyLetsItHaveNoMore() throws IOException {
        group("/machine.slice/web", "600000", 400_000, 0);
        group("/user.slice", "max", 50, 0);
        for (int pid = 90; pid < 99; pid++) {
            process(pid, WEB, "/user.slice", "");
        }
        await().atMost(Duration.ofSeconds(20))
                .until(() -> look().of(DB).limits().known());
        assertThat(look().of(WEB).limits()).isEqualTo(Limits.UNKNOWN);
    }

    /** Whoever claims first does not decide what its memory is made of. */
    @Test
    void ofSeveralThatClaimToBeAGuestTheOneThatABalloonCannotFreeDecides() throws IOException {
        process(90, WEB, "/machine.slice/web", "");
        process(100, WEB, "/machine.slice/web", "VmLck:\t 400000 kB\n");
        process(900, WEB, "/machine.slice/web", "");
        assertThat(found().of(WEB).obstacle()).isEqualTo(Obstacles.LOCKED);
        process(100, WEB, "/machine.slice/web", "");
        process(900, WEB, "/machine.slice/web", "VmLck:\t 400000 kB\n");
        sensor().expect(WEB);
        assertThat(look().of(WEB).obstacle()).isEqualTo(Obstacles.LOCKED);
    }

    @Test
    void waitsForMemoryWithinALimitMakeItHot() throws IOException {
        group("/machine.slice/web", "600000", 400_000, 1_000);
        found();
        group("/machine.slice/web", "600000", 400_000, 400_000);
        assertThat(look().limits()).extracting(SharedLimit::heat).containsExactly(Heat.HOT);
    }

    @Test
    void aPartOfTheControlGroupsThatIsSeenIsNoLicence() throws IOException {
        write("proc/self/mountinfo", "30 20 0:26 /docker/1 " + root + "/fs rw - cgroup2 cgroup2 rw\n");
        look();
        assertThat(look().of(WEB).limits()).isEqualTo(Limits.UNKNOWN);
        write("proc/self/mountinfo", "30 20 0:26 / " + root + "/fs rw - cgroup2 cgroup2 rw\n");
        millis.addAndGet(60_000);
        assertThat(found().of(WEB).limits()).isEqualTo(Limits.NONE);
    }

    @Test
    void withoutControlGroupsNothingLimitsAnybody() throws IOException {
        write("proc/self/mountinfo", "");
        assertThat(look().of(WEB).limits()).isEqualTo(Limits.NONE);
    }

    @Test
    void memoryThatIsSeenLockedOrInHugePagesIsLeftAloneHoweverItCameToThat() throws IOException {
        process(100, WEB, "/machine.slice/web", "VmLck:\t 400000 kB\n");
        process(101, DB, "/machine.slice/db", "VmLck:\t 4 kB\nHugetlbPages:\t 524288 kB\n");
        LimitSensor.View view = found();
        assertThat(view.of(WEB).obstacle()).isEqualTo(Obstacles.LOCKED);
        assertThat(view.of(WEB).hugePages()).isFalse();
        assertThat(view.of(DB).obstacle()).isEqualTo(Obstacles.HUGE_PAGES);
        assertThat(view.of(DB).hugePages()).isTrue();
        process(100, WEB, "/machine.slice/web", "VmPin:\t 400000 kB\n");
        sensor().expect(WEB);
        assertThat(look().of(WEB).obstacle()).isEqualTo(Obstacles.PINNED);
        process(100, WEB, "/machine.slice/web", "VmLck:\t 20000 kB\nVmPin:\t 20000 kB\n");
        sensor().expect(WEB);
        assertThat(look().of(WEB).obstacle()).as("what io_uring registers").isEmpty();
    }

    @Test
    void whoIsBoundToNodesOfTheHostSharesWhatTheyHave() throws IOException {
        nodes("0-1");
        backing = new MemoryBacking(0, false, List.of(Set.of(1)), false);
        LimitSensor.View view = found();
        assertThat(view.of(WEB).limits().names()).containsExactly("NUMA nodes 1");
        assertThat(view.limits())
                .containsExactly(new SharedLimit("NUMA nodes 1", 2_000 << 10, (2_000 - 800 - 50) << 10, Heat.COOL));
    }

    @Test
    void whoMayTakeMemoryOfEveryNodeIsNotBound() throws IOException {
        nodes("0-1");
        backing = new MemoryBacking(0, false, List.of(Set.of(0, 1), Set.of(0, 1, 2)), false);
        assertThat(found().of(WEB).limits()).isEqualTo(Limits.NONE);
        assertThat(look().of(WEB).obstacle()).isEmpty();
    }

    @Test
    void onAHostOfOneNodeNobodyIsBound() throws IOException {
        nodes("0");
        backing = new MemoryBacking(0, false, List.of(Set.of(0)), true);
        assertThat(found().of(WEB).limits()).isEqualTo(Limits.NONE);
    }

    @Test
    void aProcessThatItsGroupKeepsOnANodeIsBoundAsWell() throws IOException {
        nodes("0-1");
        process(100, WEB, "/machine.slice/web", "Mems_allowed_list:\t0\n");
        backing = new MemoryBacking(0, false, List.of(), true);
        LimitSensor.View view = found();
        assertThat(view.of(WEB).limits().names()).containsExactly("NUMA nodes 0");
        assertThat(view.of(DB).obstacle())
                .as("chosen by libvirt, and not to be seen")
                .isEqualTo(Obstacles.CHOSEN);
    }

    @Test
    void whoseOwnNodesAreBoundApartIsLeftAlone() throws IOException {
        nodes("0-1");
        backing = new MemoryBacking(0, false, List.of(Set.of(0), Set.of(1)), false);
        assertThat(found().of(WEB).obstacle()).isEqualTo(Obstacles.SPLIT);
    }

    private void nodes(String withMemory) throws IOException {
        write("sys/devices/system/node/has_memory", withMemory + "\n");
        for (int node = 0; node < 2; node++) {
            write("sys/devices/system/node/node" + node + "/meminfo", """
                    Node %1$d MemTotal:       %2$d kB
                    Node %1$d MemFree:        800 kB
                    Node %1$d Active(file):   30 kB
                    Node %1$d Inactive(file): 20 kB
                    """.formatted(node, (node + 1) * 1_000));
        }
    }

    @Test
    void manyGroupsAreReadByTurns() throws IOException {
        List<SeenGuest> many = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            UUID each = new UUID(7, i);
            guest(1_000 + i, each, "/machine.slice/g" + i);
            group("/machine.slice/g" + i, "1000", 1, 0);
            many.add(seen(each));
        }
        look();
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            millis.addAndGet(1_000);
            return sensor().look(many).limits().size() == 400;
        });
        for (int i = 0; i < 400; i++) {
            group("/machine.slice/g" + i, "2000", 1, 0);
        }
        millis.addAndGet(1_000);
        assertThat(sensor().look(many).limits().stream().filter(each -> each.limit() == 2_000))
                .hasSize(256);
        millis.addAndGet(1_000);
        assertThat(sensor().look(many).limits()).allMatch(each -> each.limit() == 2_000);
    }
}
