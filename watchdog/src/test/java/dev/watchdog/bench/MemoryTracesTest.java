package dev.watchdog.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.guests.simulation.Outcome;
import dev.watchdog.guests.simulation.Setting;
import dev.watchdog.guests.simulation.Simulation;
import dev.watchdog.guests.simulation.Trace;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The figures on the loads that users reported: heaps of real collectors, and bursts as fast as a program can write. */
class MemoryTracesTest {
    private static final double GIB = 1_024;

    @Test
    void heapsOfRealCollectorsLackNothingOnAHostThatIsJustLargeEnough() {
        for (int shift = 0; shift < 240; shift += 20) {
            Outcome ours = Simulation.run(
                    MemoryTraces.heaps(shift, 13 * GIB), "watchdog", new Setting(15 * GIB, 12 * GIB, 1, 0));
            assertThat(ours.guestDeficitGiBs()).as("shift %d", shift).isLessThanOrEqualTo(1);
            assertThat(ours.hostOvercommitGiBs()).isZero();
        }
    }

    /** Those that leave everybody its floor: beyond that no policy helps. */
    @Test
    void staggeredBurstsLackHardlyAnything() {
        for (long seed : List.of(0L, 1L, 2L, 4L, 6L, 8L, 9L, 10L, 11L, 14L, 15L, 16L, 18L, 19L)) {
            Trace trace = MemoryTraces.bursts(seed);
            assertThat(MemoryTraces.most(trace, 512, 2_048)).isLessThanOrEqualTo(24 * GIB);
            Outcome ours = Simulation.run(trace, "watchdog", new Setting(24 * GIB, 16 * GIB, 1, 0));
            assertThat(ours.guestDeficitGiBs()).as("seed %d", seed).isLessThanOrEqualTo(0.5);
            assertThat(ours.floorViolations()).isZero();
        }
    }
}
