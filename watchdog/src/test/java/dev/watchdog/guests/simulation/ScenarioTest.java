package dev.watchdog.guests.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Guests and hosts as they are in the world, replayed. */
class ScenarioTest {
    private static final double GIB = 1024;

    private static Outcome replay(Trace trace, String policy, double host, double maximum, String... lines) {
        return Simulation.run(trace, policy, new Setting(host, maximum, 1, 0, scenario(lines)));
    }

    private static Scenario scenario(String... lines) {
        try {
            return ScenarioFile.read(new BufferedReader(new StringReader(String.join("\n", lines))));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Each guest's demand, MiB, every minute a value. */
    private static Trace trace(double[]... demands) {
        List<Trace.Series> all = new java.util.ArrayList<>();
        for (double[] demand : demands) {
            int seconds = demand.length * 60;
            double[] time = new double[seconds];
            double[] now = new double[seconds];
            for (int i = 0; i < seconds; i++) {
                time[i] = i;
                double from = demand[Math.max(0, i / 60 - 1)];
                now[i] = from + (demand[i / 60] - from) * Math.min(1, i % 60 / 20.0);
            }
            all.add(new Trace.Series("g" + all.size(), time, now, new double[seconds]));
        }
        return new Trace(all);
    }

    private static double last(Outcome outcome, String guest) {
        return outcome.orders().stream()
                .filter(each -> each.guest().equals(guest))
                .reduce((one, other) -> other)
                .orElseThrow()
                .target();
    }

    /** memtune hard_limit: without a limit in sight everybody else's guest is killed whole. */
    @Test
    void noGuestIsKilledByItsOwnLimit() {
        Trace trace = trace(new double[] {100, 620, 620, 100}, new double[] {100, 100, 100, 100});
        String[] lines = {"limit own 600MiB", "guest g0 limit=own"};
        assertThat(replay(trace, "watchdog", 16 * GIB, 768, lines).killed()).isZero();
        assertThat(replay(trace, "none", 16 * GIB, 768, lines).killed()).isEqualTo(1);
        assertThat(replay(trace, "mom", 16 * GIB, 768, lines).killed()).isEqualTo(1);
    }

    @Test
    void noGuestIsKilledByALimitThatTheyShareOrThatChanges() {
        Trace trace = trace(new double[] {100, 1_500, 100, 100, 100}, new double[] {100, 100, 100, 2_200, 100});
        String[] lines = {
            "limit machine 2GiB", "limit machine 3GiB from 170", "guest g0 limit=machine", "guest g1 limit=machine"
        };
        Outcome ours = replay(trace, "watchdog", 16 * GIB, 4 * GIB, lines);
        assertThat(ours.killed()).isZero();
        assertThat(ours.guestDeficitGiBs()).isLessThan(10);
        assertThat(replay(trace, "none", 16 * GIB, 4 * GIB, lines).killed()).isEqualTo(1);
    }

    @Test
    void pressureOfOthersMovesNobody() {
        Trace trace = trace(new double[] {1_000, 1_000, 1_000, 1_000}, new double[] {900, 900, 900, 900});
        assertThat(replay(trace, "watchdog", 16 * GIB, 8 * GIB, "pressure 60 200")
                        .commands())
                .isZero();
    }

    /** Half of what its two neighbours can spare of theirs is the most that it gets. */
    @Test
    void aLiarDoesNotTakeWhatItsNeighboursNeed() {
        double[] steady = {1_000, 1_000, 1_000, 1_000, 1_000, 6_000, 6_000, 1_000};
        Trace trace = trace(new double[] {500, 500, 500, 500, 500, 500, 500, 500}, steady, new double[] {
            900, 900, 900, 900, 900, 900, 900, 900
        });
        Outcome ours = replay(trace, "watchdog", 24 * GIB, 16 * GIB, "guest g0 numbers=lies");
        assertThat(ours.guestDeficitGiBs()).isLessThan(0.5);
        assertThat(last(ours, "g0")).isLessThan(15 * GIB);
        Outcome light = replay(trace, "watchdog", 24 * GIB, 16 * GIB, "guest g0 numbers=lies weight=0.1");
        assertThat(last(light, "g0")).isLessThan(8.5 * GIB);
    }

    /** It was shrunk for its neighbour; when it is reset it needs more than that to boot. */
    @Test
    void aRebootDoesNotMeetTheOldBalloon() {
        double[] boots = new double[12];
        java.util.Arrays.fill(boots, 500);
        boots[8] = 5_000;
        Trace trace = trace(boots, new double[] {500, 11_000, 11_000, 500, 500, 500, 500, 500, 500, 500, 500, 500});
        Outcome ours = replay(trace, "watchdog", 16 * GIB, 12 * GIB, "guest g0 reboot=475");
        assertThat(ours.guestDeficitGiBs()).isLessThan(0.5);
    }

    @Test
    void guestsWithoutNumbersAndInHugePagesAreLeftAlone() {
        Trace trace = trace(
                new double[] {900, 900, 900, 900}, new double[] {900, 900, 900, 900}, new double[] {900, 7_000, 900, 900
                });
        Outcome ours = replay(
                trace,
                "watchdog",
                24 * GIB,
                16 * GIB,
                "guest g0 numbers=none",
                "guest g1 hugepages",
                "guest g2 period=1");
        assertThat(ours.orders().stream().skip(3)).allMatch(each -> each.guest().equals("g2"));
        assertThat(ours.guestDeficitGiBs()).isLessThan(0.1);
    }

    @ParameterizedTest
    @ValueSource(doubles = {6, 10})
    void aLongPeriodIsNoReasonToDoNothing(double period) {
        Trace trace = BurstGenerator.generate(9_030, 3, 3_600, 16 * GIB, true);
        String[] lines = {
            "guest guest-1 period=" + period, "guest guest-2 period=" + period, "guest guest-3 period=" + period
        };
        double ours = replay(trace, "watchdog", 24 * GIB, 16 * GIB, lines).guestDeficitGiBs();
        for (String other : List.of("static", "mom", "proxmox")) {
            assertThat(ours)
                    .as(other)
                    .isLessThan(replay(trace, other, 24 * GIB, 16 * GIB, lines).guestDeficitGiBs() / 4);
        }
    }

    @Test
    void whatAScenarioDoesNotSayIsPlainAndWhatItSaysWrongIsTold() {
        Scenario read =
                scenario("# nothing", "", "limit a 1GiB from 30", "guest g limit=a weight=2 reboot=5s floor=1GiB");
        assertThat(read.limit("a", 29)).isEqualTo(Double.MAX_VALUE);
        assertThat(read.limit("a", 30)).isEqualTo(1_024);
        assertThat(read.role("g").wishes().weight()).isEqualTo(2);
        assertThat(read.role("other")).isEqualTo(Scenario.Role.PLAIN);
        for (String wrong : new String[] {
            "host x",
            "guest",
            "limit a",
            "limit a 1GiB at 3",
            "pressure 3",
            "guest g numbers=odd",
            "guest g weight=99",
            "guest g size=3",
            "limit a lots",
            "pressure one 2"
        }) {
            assertThatThrownBy(() -> ScenarioFile.read(new BufferedReader(new StringReader("\n" + wrong))))
                    .as(wrong)
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("line 2: ");
        }
        assertThatThrownBy(() -> ScenarioFile.read(new BufferedReader(new StringReader("guest g limit=a"))))
                .hasMessage("no line says what the limit a is");
    }
}
