package dev.watchdog.guests.policy;

import static dev.watchdog.guests.policy.World.GIB;
import static dev.watchdog.guests.policy.World.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Guests whose manager has their drivers report every 10 or 60 s. */
class SlowReportsTest {
    private final World world = new World(16 * GIB);

    private World.Guest add(String id, int period, long maximum, long actual, long need) {
        World.Guest guest = world.add(id, maximum, actual, need);
        guest.period = period;
        return guest;
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5, 10})
    void itsNumbersAreFreshFromReportToReport(int period) {
        add("guest", period, 12 * GIB, 12 * GIB, GIB);
        world.ticks(60);
        for (int i = 0; i < 60; i++) {
            assertThat(world.tick().guests().get(0).stale()).as("second " + i).isFalse();
        }
    }

    @Test
    void aReportThatIsLateByAsMuchAgainMakesThemStale() {
        World.Guest guest = add("guest", 10, 12 * GIB, 12 * GIB, GIB);
        world.ticks(60);
        guest.silent = true;
        world.ticks(18);
        assertThat(world.tick().guests().get(0).stale()).isTrue();
    }

    @Test
    void nothingIsTakenOnNumbersOfHalfAMinuteHoweverSlowItReports() {
        World.Guest slow = add("slow", 60, 12 * GIB, 12 * GIB, GIB);
        World.Guest busy = world.add("busy", 16 * GIB, 4 * GIB, 2 * GIB);
        world.ticks(200);
        busy.need = 12 * GIB;
        for (int i = 0; i < 120; i++) {
            long age = world.second + 1 - slow.told().lastUpdate() + world.wallAhead;
            Verdict verdict = world.tick();
            if (age > 32) {
                assertThat(verdict.commands())
                        .noneMatch(each -> each.guest().equals("slow") && each.kind() == Command.Kind.SHRINK);
            }
        }
        assertThat(slow.actual).as("and yet it gives").isLessThan(8 * GIB);
    }

    /** 60 s: it was starved to death beside 15 GiB of free memory, for nobody could see it in time. */
    @ParameterizedTest
    @ValueSource(ints = {10, 60})
    void whoReportsSeldomIsGivenWhatNobodyElseWantsBeforeItNeedsIt(int period) {
        World.Guest guest = add("guest", period, 768 * MIB, 384 * MIB, 75 * MIB);
        guest.wishes = Wishes.NONE;
        world.ticks(2 * period + 5);
        guest.need = 600 * MIB;
        world.ticks(2 * period);
        assertThat(guest.swapped).isZero();
        assertThat(guest.actual).isEqualTo(768 * MIB);
    }

    @Test
    void nobodyIsAskedToGiveForAGuestThatOnlyReportsSeldom() {
        add("slow", 10, 16 * GIB, 6 * GIB, GIB);
        world.add("idle", 16 * GIB, 10 * GIB, GIB);
        assertThat(world.ticks(300)).isEmpty();
    }

    @Test
    void itIsGrownOnNumbersThatAreTooOldToShrinkIt() {
        World.Guest slow = add("slow", 60, 12 * GIB, 2 * GIB, GIB);
        World.Guest idle = world.add("idle", 14 * GIB, 14 * GIB, GIB);
        world.ticks(125);
        slow.need = 2 * GIB - 32 * MIB;
        world.ticks(60 - (int) (world.second % 60));
        idle.stop = 14 * GIB;
        world.ticks(40);
        idle.stop = 0;
        world.ticks(15);
        assertThat(slow.actual).isGreaterThan(3 * GIB);
    }

    @Test
    void aPeriodThatSlowsThePolicyIsTold() {
        add("slow", 10, 4 * GIB, 4 * GIB, GIB);
        add("quick", 1, 4 * GIB, 4 * GIB, GIB);
        Verdict verdict = world.tick();
        assertThat(verdict.guests().get(0).bounds().period()).isEqualTo(10_000);
        assertThat(verdict.guests().get(1).bounds().period()).isZero();
    }

    /** Nobody has known anything of it for long: it shows no need, and no trend. */
    @Test
    void aGuestWhoseNumbersAreTooOldHasNoNeed() {
        World.Guest guest = add("guest", 1, 4 * GIB, 3 * GIB, GIB);
        world.ticks(60);
        guest.silent = true;
        world.ticks(30);
        GuestFinding found = world.tick().guests().get(0);
        assertThat(found.need()).isEqualTo(GuestSample.MISSING);
        assertThat(found.trend()).isZero();
        assertThat(found.stale()).isTrue();
    }
}
