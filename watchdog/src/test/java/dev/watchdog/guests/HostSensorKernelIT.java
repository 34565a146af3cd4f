package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.watchdog.guests.policy.HostSample;
import dev.watchdog.linux.KernelFiles;
import dev.watchdog.linux.SystemClock;
import dev.watchdog.testing.NeedsRoot;
import dev.watchdog.testing.PressedCgroup;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

@NeedsRoot
class HostSensorKernelIT {
    private static final Logger LOG = LoggerFactory.getLogger(HostSensorKernelIT.class);
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final long PATIENCE_SECONDS = 90;
    private static final int LOOKS = 2_000;

    @TempDir
    Path directory;

    /** The look that a trigger asks for sees a hot host, without waiting for the next second. */
    @Test
    void aPressedHostIsHotAtTheFirstLookAfterTheTrigger() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/pressure/memory")), "skipped: this kernel has no PSI, or it is off");
        BlockingQueue<String> rung = new LinkedBlockingQueue<>();
        SystemClock clock = SystemClock.open();
        Files.createDirectories(directory.resolve("proc"));
        Files.writeString(directory.resolve("proc/meminfo"), "MemTotal: 1000 kB\nMemAvailable: 900 kB\n");
        Files.writeString(directory.resolve("proc/vmstat"), "pswpout 0\n");
        Path triggers = Path.of("/proc/pressure/memory");
        try (HostSensor sensor = new HostSensor(clock, () -> rung.add("sensor"));
                HostSensor hearing =
                        new HostSensor(clock, KernelFiles.below(directory), triggers, () -> rung.add("hearing"))) {
            sensor.listen();
            hearing.listen();
            assertThat(sensor.isTold()).isTrue();
            HostSample before = sensor.look("");
            try (PressedCgroup pressed = new PressedCgroup(directory)) {
                Set<String> both = new TreeSet<>();
                while (both.size() < 2) {
                    String one = rung.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                    assertThat(one).as("after %s of %s", both, pressed).isNotNull();
                    both.add(one);
                }
                assertThat(sensor.look("").stall().heat()).isEqualTo(HostSample.Heat.HOT);
                assertThat(hearing.look("").stall().heat())
                        .as("by the trigger alone")
                        .isEqualTo(HostSample.Heat.HOT);
            }
            assertThat(sensor.look("").total()).isEqualTo(before.total());
        }
    }

    /** A look each second has to cost next to nothing: a hundredth of a percent of a core is 100 microseconds of it. */
    @Test
    void aLookCostsLittle() throws Exception {
        SystemClock clock = SystemClock.open();
        try (HostSensor sensor = new HostSensor(clock, () -> {})) {
            for (int i = 0; i < LOOKS; i++) {
                assertThat(sensor.look("").total()).isPositive();
            }
            long start = THREADS.getCurrentThreadCpuTime();
            for (int i = 0; i < LOOKS; i++) {
                assertThat(sensor.look("").total()).isPositive();
            }
            long micros = (THREADS.getCurrentThreadCpuTime() - start) / 1_000 / LOOKS;
            LOG.info("a look at the host's memory takes {} microseconds of a core", micros);
            assertThat(micros).isLessThan(2_000);
        }
    }
}
