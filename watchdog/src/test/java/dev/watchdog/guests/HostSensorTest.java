package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.watchdog.guests.policy.HostSample;
import dev.watchdog.guests.policy.HostSample.Heat;
import dev.watchdog.guests.policy.HostSample.Stall;
import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.KernelFiles;
import dev.watchdog.linux.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostSensorTest {
    private final AtomicLong millis = new AtomicLong(100_000);
    private final HostClock clock = () -> new Moment("boot", Duration.ofMillis(millis.get()), Instant.EPOCH);

    @TempDir
    Path root;

    @BeforeEach
    void idle() throws IOException {
        memory(500);
        write("proc/vmstat", "pswpout 5\n");
    }

    private void memory(int availableKib) throws IOException {
        write("proc/meminfo", "MemTotal: 1000 kB\nMemAvailable: " + availableKib + " kB\n");
    }

    private void stall(long some, long full) throws IOException {
        write("proc/pressure/memory", "some avg10=0.00 total=" + some + "\nfull avg10=0.00 total=" + full + "\n");
    }

    private void write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private HostSensor sensor() {
        return new HostSensor(clock, KernelFiles.below(root), root.resolve("no-triggers"), () -> {});
    }

    private static void sees(HostSample sample, Heat available, Heat waits, String whose) {
        assertThat(sample.heat()).as("by what is available").isEqualTo(available);
        assertThat(sample.stall()).as("by who waits").isEqualTo(new Stall(waits, whose));
    }

    @Test
    void seesWithoutPsi() throws IOException {
        try (HostSensor sensor = sensor()) {
            assertThat(sensor.isTold()).isFalse();
            assertThat(sensor.look("")).isEqualTo(new HostSample(1000L << 10, 500L << 10, Heat.COOL));
            memory(70);
            assertThat(sensor.look("")).isEqualTo(new HostSample(1000L << 10, 70L << 10, Heat.WARM));
            millis.addAndGet(1_000);
            write("proc/vmstat", "pswpout 2005\n");
            sees(sensor.look(""), Heat.WARM, Heat.HOT, "");
        }
    }

    @ParameterizedTest
    @CsvSource({"100, COOL", "99, WARM", "50, WARM", "49, HOT", "0, HOT"})
    void aHostIsShortByWhatIsAvailableAndNothingElse(int left, Heat expected) throws IOException {
        stall(1_000_000, 0);
        try (HostSensor sensor = sensor()) {
            memory(500);
            sensor.look("");
            memory(left);
            millis.addAndGet(1_000);
            stall(1_900_000, 900_000);
            assertThat(sensor.look("").heat()).isEqualTo(expected);
            memory(500);
            millis.addAndGet(9_000);
            assertThat(sensor.look("").heat()).as("for ten seconds").isEqualTo(expected);
            millis.addAndGet(1_000);
            assertThat(sensor.look("").heat()).isEqualTo(Heat.COOL);
        }
    }

    @Test
    void looksAtPsiWhereThereAreNoTriggers() throws IOException {
        stall(1_000_000, 0);
        try (HostSensor sensor = sensor()) {
            assertThat(sensor.isTold()).isFalse();
            sees(sensor.look(""), Heat.COOL, Heat.COOL, "");
            millis.addAndGet(1_000);
            stall(1_030_000, 0);
            sees(sensor.look(""), Heat.COOL, Heat.WARM, "");
            millis.addAndGet(1_000);
            stall(1_090_000, 50_000);
            sees(sensor.look(""), Heat.COOL, Heat.HOT, "");
        }
    }

    @Test
    void whoWaitsMostIsNamed() throws IOException {
        groups();
        stall(1_000_000, 0);
        group("", "90.00", 0);
        group("/machine.slice", "0.10", 0);
        group("/system.slice", "89.00", 0);
        group("/system.slice/docker-1.scope", "88.50", 0);
        group("/system.slice/docker-2.scope", "1.00", 0);
        try (HostSensor sensor = sensor()) {
            sensor.look("/machine.slice");
            millis.addAndGet(1_000);
            stall(1_900_000, 0);
            sees(sensor.look("/machine.slice"), Heat.COOL, Heat.HOT, "/system.slice/docker-1.scope");
        }
    }

    @Test
    void onAShortHostTheGuestsOwnWaitsCountAndNobodyElses() throws IOException {
        groups();
        stall(1_000_000, 0);
        group("", "90.00", 1_000_000);
        group("/machine.slice", "0.00", 5_000);
        memory(70);
        try (HostSensor sensor = sensor()) {
            sensor.look("/machine.slice");
            millis.addAndGet(1_000);
            stall(1_900_000, 0);
            sees(sensor.look("/machine.slice"), Heat.WARM, Heat.COOL, "/machine.slice");
            millis.addAndGet(1_000);
            group("/machine.slice", "20.00", 205_000);
            sees(sensor.look("/machine.slice"), Heat.WARM, Heat.HOT, "/machine.slice");
        }
    }

    @Test
    void poolsOfHugePagesAreNotTheHostsAndMergedPagesAreTold() throws IOException {
        memory(60);
        write("sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "0\n");
        write("sys/kernel/mm/hugepages/hugepages-64kB/nr_hugepages", "7\n");
        write("sys/kernel/mm/ksm/pages_sharing", "3\n");
        try (HostSensor sensor = sensor()) {
            HostSample sample = sensor.look("");
            assertThat(sample.apart().hugePages()).isEqualTo(448L << 10);
            assertThat(sample.apart().merged()).isGreaterThanOrEqualTo(3L << 12);
            assertThat(sample.heat()).as("60 of 552").isEqualTo(Heat.COOL);
        }
        write("sys/kernel/mm/hugepages/hugepages-64kB/nr_hugepages", "0\n");
        try (HostSensor sensor = sensor()) {
            assertThat(sensor.look("").heat()).as("60 of 1000").isEqualTo(Heat.WARM);
        }
    }

    private void groups() throws IOException {
        write("proc/self/mountinfo", "41 31 0:38 / " + root + "/cgroup rw - cgroup2 cgroup2 rw\n");
    }

    private void group(String path, String lately, long some) throws IOException {
        write(
                "cgroup" + path + "/memory.pressure",
                "some avg10=" + lately + " avg60=0.00 avg300=0.00 total=" + some
                        + "\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");
    }

    @Test
    void isBlindAloudAndSeesAgain() throws IOException {
        try (HostSensor sensor = sensor()) {
            assertThat(sensor.look("").heat()).isEqualTo(Heat.COOL);
            write("proc/meminfo", "nothing of use\n");
            assertThatThrownBy(() -> sensor.look(""))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("MemTotal");
            memory(20);
            assertThat(sensor.look("").heat()).isEqualTo(Heat.HOT);
        }
    }
}
