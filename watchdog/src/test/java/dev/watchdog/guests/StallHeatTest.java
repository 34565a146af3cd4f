package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.guests.policy.HostSample.Heat;
import dev.watchdog.linux.MemoryStall;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StallHeatTest {
    private static final int RUNS = Boolean.getBoolean("watchdog.long") ? 20_000 : 2_000;
    private static final long MIB = 1L << 20;

    private StallHeat heat = StallHeat.UNSEEN;
    private long at = 5_000_000;
    private long some = 7_000;
    private long full = 3_000;
    private long swapped = 9 * MIB;
    private boolean triggered;
    private boolean psi = true;

    private Heat look() {
        MemoryStall stall = psi ? new MemoryStall(some, full) : null;
        heat = heat.next(new StallReading(at, stall, swapped, triggered));
        triggered = false;
        return heat.heat();
    }

    /** Looks each so many milliseconds, with these growing steadily, in a second; the last look's heat. */
    private Heat live(int looks, long step, long someRate, long fullRate, long swapRate) {
        long start = at;
        long[] base = {some, full, swapped};
        Heat last = heat.heat();
        for (int i = 0; i < looks; i++) {
            at += step;
            some = base[0] + someRate * (at - start) / 1_000;
            full = base[1] + fullRate * (at - start) / 1_000;
            swapped = base[2] + swapRate * (at - start) / 1_000;
            last = look();
        }
        return last;
    }

    @ParameterizedTest
    @CsvSource({
        "0,      0,     0,       COOL",
        "19999,  19999, 0,       COOL",
        "20000,  0,     0,       WARM",
        "149999, 49999, 0,       WARM",
        "150000, 0,     0,       HOT",
        "50000,  50000, 0,       HOT",
        "0,      0,     4194304, COOL",
        "0,      0,     4195000, HOT",
    })
    void ratesMakeHeat(long someRate, long fullRate, long swapRate, Heat expected) {
        look();
        assertThat(live(3, 1_000, someRate, fullRate, swapRate)).isEqualTo(expected);
    }

    @Test
    void aTriggerIsHotAtOnce() {
        triggered = true;
        assertThat(look()).isEqualTo(Heat.HOT);
    }

    @Test
    void withoutPsiTheOtherSignsCount() {
        psi = false;
        look();
        assertThat(live(5, 1_000, 900_000, 900_000, 0)).isEqualTo(Heat.COOL);
        assertThat(live(5, 1_000, 0, 0, 5 * MIB)).isEqualTo(Heat.HOT);
        psi = true;
        at += 20_000;
        assertThat(look()).as("what came meanwhile has no rate").isEqualTo(Heat.COOL);
    }

    @Test
    void heatGoesAfterTenQuietSeconds() {
        triggered = true;
        look();
        assertThat(live(9, 1_000, 0, 0, 0)).isEqualTo(Heat.HOT);
        assertThat(live(1, 1_000, 0, 0, 0)).isEqualTo(Heat.COOL);
    }

    @Test
    void aHotHostThatIsWarmCoolsToWarm() {
        triggered = true;
        look();
        assertThat(live(9, 1_000, 25_000, 0, 0)).isEqualTo(Heat.HOT);
        assertThat(live(1, 1_000, 25_000, 0, 0)).isEqualTo(Heat.WARM);
        assertThat(live(9, 1_000, 0, 0, 0)).isEqualTo(Heat.WARM);
        assertThat(live(1, 1_000, 0, 0, 0)).isEqualTo(Heat.COOL);
    }

    @Test
    void aMomentsNoiseMakesNoRate() {
        look();
        at += 20;
        some += 19_000;
        swapped += 3 * MIB;
        assertThat(look()).isEqualTo(Heat.COOL);
        at += 20;
        some += 1_000;
        assertThat(look()).as("20 ms within a second, whenever it was looked").isEqualTo(Heat.WARM);
        at += 20;
        some += 130_000;
        assertThat(look()).as("no need to wait for the second's end").isEqualTo(Heat.HOT);
    }

    @Test
    void aSuspendMakesNoRateAndLeavesHeatAsItWas() {
        triggered = true;
        look();
        at += 3_600_000;
        some += 500_000_000;
        assertThat(look()).isEqualTo(Heat.HOT);
        assertThat(live(9, 1_000, 0, 0, 0)).as("quiet that nobody saw is none").isEqualTo(Heat.HOT);
        assertThat(live(1, 1_000, 0, 0, 0)).isEqualTo(Heat.COOL);
        at += 3_600_000;
        some += 3_600_000_000L;
        full += 3_600_000_000L;
        swapped += 4_000_000 * MIB;
        assertThat(look()).isEqualTo(Heat.COOL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"some", "full", "swapped", "time"})
    void whatGoesBackMakesNoRate(String counter) {
        look();
        live(3, 1_000, 1_000, 1_000, 1_000);
        at += 1_000;
        some += 900_000;
        switch (counter) {
            case "some" -> some = 0;
            case "full" -> full = 0;
            case "swapped" -> swapped = 0;
            default -> at = 0;
        }
        assertThat(look()).isEqualTo(Heat.COOL);
        assertThat(live(3, 1_000, 1_000, 0, 0)).isEqualTo(Heat.COOL);
        assertThat(live(3, 1_000, 200_000, 0, 0)).isEqualTo(Heat.HOT);
    }

    /** However often it is looked, and however regularly. */
    @Test
    void aSteadyRateIsSeenAsItIs() {
        for (int seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            StallHeatTest host = new StallHeatTest();
            long rate = random.nextLong(300_000);
            host.look();
            long start = host.at;
            long first = host.some;
            boolean seen = false;
            for (int i = 0; i < 400; i++) {
                host.at += 1 + random.nextInt(random.nextInt(20) == 0 ? 5_000 : 300);
                host.some = first + rate * (host.at - start) / 1_000;
                Heat now = host.look();
                seen |= host.at - start > 6_000;
                Heat right = rate >= 150_100 ? Heat.HOT : rate >= 20_100 ? Heat.WARM : Heat.COOL;
                boolean near = Math.abs(rate - 150_000) < 100 || Math.abs(rate - 20_000) < 100;
                if (!near) {
                    assertThat(now).as("seed %d rate %d", seed, rate).isLessThanOrEqualTo(right);
                    if (seen) {
                        assertThat(now).as("seed %d rate %d", seed, rate).isEqualTo(right);
                    }
                }
            }
        }
    }

    /** Random hosts, with suspends, resets and PSI that comes and goes; a failure names its seed. */
    @Test
    void heatNeverComesLateNorGoesEarly() {
        for (int seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            StallHeatTest host = new StallHeatTest();
            Heat before = host.look();
            Map<Heat, Long> lastAsHot = new EnumMap<>(Heat.class);
            for (int i = 0; i < 300; i++) {
                host.disturb(random);
                Heat plain = host.triggered ? Heat.HOT : Heat.COOL;
                Heat now = host.look();
                String told = "seed " + seed + " look " + i;
                assertThat(now).as(told).isGreaterThanOrEqualTo(plain);
                for (Heat each : Heat.values()) {
                    if (each.compareTo(now) > 0 && each.compareTo(before) <= 0) {
                        assertThat(host.at - lastAsHot.getOrDefault(each, 0L))
                                .as(told)
                                .isGreaterThanOrEqualTo(HeatState.QUIET);
                    }
                    boolean come = each.compareTo(now) <= 0 && each.compareTo(before) > 0;
                    if (come || each.compareTo(plain) <= 0) {
                        lastAsHot.put(each, host.at);
                    }
                }
                before = now;
            }
        }
    }

    private void disturb(Random random) {
        boolean suspended = random.nextInt(100) == 0;
        at += suspended ? 31_000 + random.nextInt(1_000_000) : random.nextInt(2_500);
        boolean busy = random.nextInt(15) == 0;
        some += busy ? random.nextInt(400_000) : random.nextInt(10);
        full += busy ? random.nextInt(100_000) : 0;
        swapped += busy ? random.nextLong(12 * MIB) : 0;
        triggered = random.nextInt(40) == 0;
        psi = random.nextInt(50) == 0 != psi;
        if (random.nextInt(80) == 0) {
            some = 0;
            full = 0;
        }
    }

    @Test
    void anIdleHostStaysCool() {
        for (int seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            StallHeatTest host = new StallHeatTest();
            for (int i = 0; i < 300; i++) {
                host.at += random.nextInt(random.nextInt(50) == 0 ? 100_000 : 1_500);
                host.some += random.nextInt(10);
                host.psi = random.nextInt(50) == 0 != host.psi;
                assertThat(host.look()).as("seed %d", seed).isEqualTo(Heat.COOL);
            }
        }
    }
}
