package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.watchdog.guests.policy.HostSample;
import dev.watchdog.guests.policy.HostSample.Heat;
import dev.watchdog.linux.HostClock;
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

class HostSensorTest {
    private final AtomicLong millis = new AtomicLong(100_000);
    private final HostClock clock = () -> new Moment("boot", Duration.ofMillis(millis.get()), Instant.EPOCH);

    @TempDir
    Path proc;

    @BeforeEach
    void idle() throws IOException {
        memory(500);
        write("vmstat", "pswpout 5\n");
    }

    private void memory(int availableKib) throws IOException {
        write("meminfo", "MemTotal: 1000 kB\nMemAvailable: " + availableKib + " kB\n");
    }

    private void stall(long some, long full) throws IOException {
        write("pressure/memory", "some avg10=0.00 total=" + some + "\nfull avg10=0.00 total=" + full + "\n");
    }

    private void write(String name, String text) throws IOException {
        Path file = proc.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private HostSensor sensor() {
        return new HostSensor(clock, proc, proc.resolve("no-triggers"), () -> {});
    }

    @Test
    void seesWithoutPsi() throws IOException {
        try (HostSensor sensor = sensor()) {
            assertThat(sensor.isTold()).isFalse();
            assertThat(sensor.look()).isEqualTo(new HostSample(1000L << 10, 500L << 10, Heat.COOL));
            memory(70);
            assertThat(sensor.look()).isEqualTo(new HostSample(1000L << 10, 70L << 10, Heat.WARM));
            millis.addAndGet(1_000);
            write("vmstat", "pswpout 2005\n");
            assertThat(sensor.look().heat()).isEqualTo(Heat.HOT);
        }
    }

    @Test
    void looksAtPsiWhereThereAreNoTriggers() throws IOException {
        stall(1_000_000, 0);
        try (HostSensor sensor = sensor()) {
            assertThat(sensor.isTold()).isFalse();
            assertThat(sensor.look().heat()).isEqualTo(Heat.COOL);
            millis.addAndGet(1_000);
            stall(1_030_000, 0);
            assertThat(sensor.look().heat()).isEqualTo(Heat.WARM);
            millis.addAndGet(1_000);
            stall(1_090_000, 50_000);
            assertThat(sensor.look().heat()).isEqualTo(Heat.HOT);
        }
    }

    @Test
    void isBlindAloudAndSeesAgain() throws IOException {
        try (HostSensor sensor = sensor()) {
            assertThat(sensor.look().heat()).isEqualTo(Heat.COOL);
            write("meminfo", "nothing of use\n");
            assertThatThrownBy(sensor::look).isInstanceOf(IOException.class).hasMessageContaining("MemTotal");
            memory(20);
            assertThat(sensor.look().heat()).isEqualTo(Heat.HOT);
        }
    }
}
