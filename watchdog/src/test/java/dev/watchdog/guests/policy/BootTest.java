package dev.watchdog.guests.policy;

import static dev.watchdog.guests.policy.World.GIB;
import static dev.watchdog.guests.policy.World.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A guest that starts or is reset: its boot must not meet the balloon of its last life. */
class BootTest {
    private final World world = new World(16 * GIB);
    private final World.Guest guest = world.add("guest", 8 * GIB, 8 * GIB, GIB);
    private final World.Guest idle = world.add("idle", 8 * GIB, 8 * GIB, GIB);

    /** Its new kernel has no driver yet: QEMU shows the old numbers, and the old balloon. */
    private void reset(World.Guest which) {
        which.startedAt = world.second * 1_000;
        world.state = world.state.restarted(which.id);
        which.silent = true;
    }

    private void driverLoads(World.Guest which) {
        which.silent = false;
        which.swapped = 0;
        which.faults = 0;
        which.reports.clear();
    }

    /** Shrunk to less than 3 GiB on a host that is pressed. */
    private void shrink() {
        world.ticks(60);
        world.heat = HostSample.Heat.HOT;
        world.ticks(40);
        assertThat(guest.actual).isLessThan(3 * GIB);
    }

    @Test
    void aShrunkGuestThatIsResetGetsItsSizeBackBeforeItsDriverLoads() {
        shrink();
        reset(guest);
        List<Command> commands = world.ticks(2);
        assertThat(commands).anySatisfy(each -> {
            assertThat(each.guest()).isEqualTo("guest");
            assertThat(each.why()).isEqualTo("it is starting");
        });
        assertThat(guest.target).isEqualTo(8 * GIB);
    }

    @Test
    void whatIsNotFreeForItIsAskedOfThoseWhoCanSpareIt() {
        shrink();
        World.Guest other = world.add("other", 13 * GIB, 16 * GIB - world.held(), 200 * MIB);
        world.heat = HostSample.Heat.COOL;
        guest.need = GIB;
        world.ticks(40);
        assertThat(world.held()).isGreaterThan(14 * GIB);
        long before = other.actual;
        reset(guest);
        for (int i = 0; i < 20; i++) {
            world.tick();
            assertThat(world.held()).isLessThanOrEqualTo(16 * GIB);
        }
        assertThat(guest.target).isGreaterThan(6 * GIB);
        assertThat(other.actual).isLessThan(before);
    }

    @Test
    void itIsNotShrunkBeforeItsBootIsOver() {
        world.ticks(60);
        reset(guest);
        world.ticks(10);
        driverLoads(guest);
        idle.need = 7 * GIB + 900 * MIB;
        world.heat = HostSample.Heat.HOT;
        for (int i = 0; i < 28; i++) {
            assertThat(world.tick().commands()).noneMatch(each -> each.guest().equals("guest"));
        }
        world.ticks(20);
        assertThat(guest.actual).isLessThan(8 * GIB);
    }

    /** QEMU shows how far the balloon had got until the new driver comes: that is no stuck balloon. */
    @Test
    void aGuestThatIsResetInTheMiddleOfAShrinkGetsItsSizeBackAsWell() {
        world.ticks(60);
        world.heat = HostSample.Heat.HOT;
        world.ticks(2);
        assertThat(guest.target).isLessThan(guest.actual);
        world.heat = HostSample.Heat.COOL;
        guest.health = 0;
        reset(guest);
        for (int i = 0; i < 15; i++) {
            Verdict verdict = world.tick();
            assertThat(verdict.guests().get(0).stuck()).isFalse();
            assertThat(verdict.commands())
                    .noneMatch(each -> each.target() < 8 * GIB && each.guest().equals("guest"));
        }
        assertThat(guest.target).isEqualTo(8 * GIB);
    }

    @Test
    void whereNothingIsFreeItStartsWithWhatItsBalloonHadLeft() {
        world.ticks(60);
        world.heat = HostSample.Heat.HOT;
        world.ticks(2);
        guest.health = 0;
        idle.target = idle.actual;
        World.Guest pinned = world.add("pinned", 16 * GIB, 16 * GIB - guest.actual - idle.actual, GIB);
        pinned.wishes = Wishes.OUT;
        idle.wishes = Wishes.NONE;
        reset(guest);
        world.ticks(2);
        assertThat(guest.target).isEqualTo(guest.actual);
    }

    /** What it had when its last boot was over is what it gets, not all that it may have. */
    @Test
    void itGetsWhatItHadAtItsLastGoodBoot() {
        world.guests.remove(guest);
        World.Guest known = world.add("known", 8 * GIB, 2 * GIB, 200 * MIB);
        world.heat = HostSample.Heat.WARM;
        known.kept = new GuestSetup.Kept(3 * GIB, 0);
        world.ticks(60);
        reset(known);
        world.ticks(3);
        assertThat(known.target).isEqualTo(3 * GIB);
        driverLoads(known);
        world.ticks(60);
        assertThat(world.tick().guests().get(1).kept().booted()).isEqualTo(3 * GIB);
    }

    @Test
    void aBootThatRanShortTeachesNothing() {
        world.guests.remove(guest);
        World.Guest known = world.add("known", 8 * GIB, 2 * GIB, 200 * MIB);
        world.heat = HostSample.Heat.WARM;
        known.kept = new GuestSetup.Kept(3 * GIB, 0);
        world.ticks(60);
        reset(known);
        world.ticks(3);
        driverLoads(known);
        known.need = 3 * GIB;
        world.ticks(60);
        assertThat(world.tick().guests().get(1).kept().booted()).isZero();
    }

    @Test
    void aGuestThatNeverOptedInStartsWithWhatItHas() {
        guest.wishes = Wishes.NONE;
        guest.actual = 4 * GIB;
        guest.target = 4 * GIB;
        world.ticks(60);
        reset(guest);
        assertThat(world.ticks(10)).noneMatch(each -> each.why().equals("it is starting"));
    }

    /** No driver ever reports: the boot is over one day, and the guest counts with what is there of it. */
    @Test
    void aBootEndsEvenWithoutADriver() {
        world.guests.remove(guest);
        World.Guest mute = world.add("mute", 8 * GIB, 8 * GIB, GIB);
        mute.driverless = true;
        mute.startedAt = world.second * 1_000;
        mute.untouched = 7 * GIB;
        world.tick();
        assertThat(world.tick().host().granted()).isEqualTo(16 * GIB);
        world.ticks(310);
        assertThat(world.tick().host().granted()).isEqualTo(9 * GIB);
    }
}
