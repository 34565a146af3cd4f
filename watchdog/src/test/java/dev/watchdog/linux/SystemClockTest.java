package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SystemClockTest {
    @Test
    void agreesWithTheKernel() throws Exception {
        SystemClock clock = SystemClock.open();
        Moment first = clock.now();
        Moment second = clock.now();
        assertThat(first.boot()).hasSize(36).isEqualTo(second.boot());
        assertThat(second.sinceBoot()).isGreaterThan(first.sinceBoot());
        double uptime =
                Double.parseDouble(Files.readString(Path.of("/proc/uptime")).split(" ", 2)[0]);
        assertThat(second.sinceBoot()).isCloseTo(Duration.ofMillis((long) (uptime * 1000)), Duration.ofSeconds(2));
        assertThat(second.wall()).isBetween(first.wall(), Instant.now());
    }
}
