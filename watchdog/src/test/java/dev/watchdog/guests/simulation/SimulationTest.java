package dev.watchdog.guests.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The figures on loads that nobody tuned on, and the files. */
class SimulationTest {
    private static final double GIB = 1024;

    @Test
    void oursIsWithinAGibibyteSecondOfTheOptimumWithAOneSecondTick() {
        for (long seed = 9_001; seed < 9_004; seed++) {
            for (boolean staggered : new boolean[] {true, false}) {
                Trace trace = BurstGenerator.generate(seed, 3, 3_600, 16 * GIB, staggered);
                Setting setting = new Setting((staggered ? 24 : 36) * GIB, 16 * GIB, 1, 0);
                Outcome ours = Simulation.run(trace, "watchdog", setting);
                Outcome best = Simulation.run(trace, "clairvoyant", setting);
                assertThat(ours.guestDeficitGiBs()).isLessThanOrEqualTo(best.guestDeficitGiBs() + 1);
                assertThat(ours.hostOvercommitGiBs()).isLessThanOrEqualTo(best.hostOvercommitGiBs() + 1);
                assertThat(ours.floorViolations()).isZero();
            }
        }
    }

    @Test
    void withSlowTicksAndLagItIsTenTimesBetterThanMom() {
        for (boolean staggered : new boolean[] {true, false}) {
            Trace trace = BurstGenerator.generate(9_010, 3, 3_600, 16 * GIB, staggered);
            Setting setting = new Setting((staggered ? 24 : 36) * GIB, 16 * GIB, 5, 5);
            double ours = Simulation.run(trace, "watchdog", setting).guestDeficitGiBs();
            double mom = Simulation.run(trace, "mom", setting).guestDeficitGiBs();
            assertThat(ours * 10).isLessThanOrEqualTo(mom);
        }
    }

    @Test
    void aBalloonTakesFreePagesThenCacheAndMovesAtItsSpeed() {
        Machine machine = new Machine(
                new Trace.Series("g", new double[] {0}, new double[] {1_000}, new double[] {2_000}), 8_000, 8_000);
        machine.use(1_000, 2_000);
        machine.target = 2_000;
        machine.pass(1);
        assertThat(machine.actual).isEqualTo(8_000 - 0.95 * 1_024);
        assertThat(machine.cache()).isEqualTo(2_000);
        machine.pass(100);
        assertThat(machine.cache()).isEqualTo(1_000);
        assertThat(machine.usable()).isBetween(900.0, 1_000.0);
        assertThat(machine.deficit).isZero();
    }

    @Test
    void eachBrokenLineIsToldOnceAndTheRestGoesOn() throws IOException {
        List<String> told = new ArrayList<>();
        String text =
                "time,guest,demand,cache\n0,a,10,5\nnonsense\n1,a,NaN,5\n1,,3,3\n0,a,3,3\n2,$(rm -rf),-1,0\n2,a,20,5\n";
        Trace trace = TraceFile.read(new BufferedReader(new StringReader(text)), told::add);
        assertThat(trace.guests()).hasSize(1);
        assertThat(trace.guests().get(0).demand()).containsExactly(10, 20);
        assertThat(told).hasSize(5).allMatch(each -> each.matches("line [3-7]: .*; it is left out"));
        assertThatThrownBy(() -> TraceFile.read(new BufferedReader(new StringReader("")), told::add))
                .hasMessageContaining("no line that can be used");
    }

    @Test
    void aTraceIsReadAsItWasWritten() throws IOException {
        Trace made = BurstGenerator.generate(3, 2, 100, 16 * GIB, true);
        StringWriter out = new StringWriter();
        TraceFile.write(made, out);
        Trace read = TraceFile.read(new BufferedReader(new StringReader(out.toString())), told -> {});
        assertThat(read.guests()).hasSize(2);
        assertThat(read.end()).isEqualTo(99);
        StringWriter plot = new StringWriter();
        Plot.write(read, Simulation.run(read, "watchdog", new Setting(24 * GIB, 16 * GIB, 1, 0)), 16 * GIB, plot);
        assertThat(plot.toString()).startsWith("<svg").endsWith("</svg>\n");
    }
}
