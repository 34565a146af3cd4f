package dev.watchdog.guests.policy;

import static dev.watchdog.guests.policy.World.GIB;
import static dev.watchdog.guests.policy.World.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Guests whose numbers are ten seconds old: what they show is over, and what comes is not seen in time. */
class LateReportsTest {
    private static final int LATE = 10;

    private World world = new World(36 * GIB);

    private World.Guest add(String id, long actual, long need) {
        World.Guest guest = world.add(id, 16 * GIB, actual, need);
        guest.lag = LATE;
        guest.late = LATE;
        return guest;
    }

    /** It swapped, recovered, and was shrunk before anybody could know: the shrink did not do it. */
    @Test
    void whatAGuestDidBeforeAShrinkIsNotHeldAgainstIt() {
        world = new World(8 * GIB);
        World.Guest guest = add("guest", 8 * GIB, GIB);
        world.ticks(60);
        guest.need = 9 * GIB;
        world.ticks(2);
        guest.need = GIB;
        world.ticks(3);
        world.heat = HostSample.Heat.HOT;
        world.ticks(2);
        world.heat = HostSample.Heat.WARM; // nobody asks for more
        assertThat(guest.target).isLessThan(8 * GIB);
        assertThat(guest.swapped).isPositive();
        for (int i = 0; i < 40; i++) {
            Verdict verdict = world.tick();
            assertThat(verdict.commands()).noneMatch(each -> each.kind() == Command.Kind.ROLL_BACK);
            assertThat(verdict.guests().get(0).untouchable()).isNotEqualTo("the last shrink hurt it");
        }
    }

    /** It had nothing left when it last reported: it may need more than it had then, whatever it has been given since. */
    @Test
    void nothingIsTakenOnNumbersOfWhenItStarved() {
        world = new World(12 * GIB);
        World.Guest guest = add("guest", 4 * GIB, GIB);
        World.Guest other = world.add("other", 12 * GIB, 8 * GIB, GIB);
        other.wishes = Wishes.NONE;
        world.ticks(60);
        guest.need = 4 * GIB + 24 * MIB;
        world.ticks(LATE + 2);
        other.actual = 2 * GIB;
        other.target = 2 * GIB;
        world.ticks(1);
        assertThat(guest.target).isGreaterThan(7 * GIB);
        world.heat = HostSample.Heat.HOT;
        for (int i = 0; i < LATE; i++) {
            assertThat(world.tick().commands()).noneMatch(each -> each.kind() == Command.Kind.SHRINK);
            assertThat(guest.told().usable()).isZero();
        }
    }

    /** Ten seconds lie between two reports: it swapped before it was given more, and is not mistaken for a liar. */
    @Test
    void whoSwappedBetweenTwoReportsHasNotSaidThatItHadRoom() {
        world = new World(8 * GIB);
        World.Guest guest = world.add("guest", 8 * GIB, 8 * GIB, GIB);
        guest.period = LATE;
        world.ticks(60 + LATE - (int) (world.second % LATE));
        world.heat = HostSample.Heat.HOT;
        world.ticks(4);
        world.heat = HostSample.Heat.WARM;
        world.ticks(LATE - 4);
        assertThat(guest.actual).isLessThan(7 * GIB);
        guest.need = guest.actual + GIB;
        world.ticks(2);
        guest.need = GIB;
        for (int i = 0; i < 30; i++) {
            assertThat(world.tick().guests().get(0).untouchable()).isNotEqualTo("the last shrink hurt it");
        }
        assertThat(guest.swapped).isPositive();
    }

    /** The same of after it is: it is given back. */
    @Test
    void whatAGuestDoesAfterAShrinkIsHeldAgainstItHoweverLateItIsTold() {
        world = new World(8 * GIB);
        World.Guest guest = add("guest", 8 * GIB, GIB);
        world.ticks(60);
        world.heat = HostSample.Heat.HOT;
        world.ticks(8);
        world.heat = HostSample.Heat.WARM;
        world.ticks(8);
        long shrunk = guest.actual;
        assertThat(shrunk).isLessThan(4 * GIB);
        guest.need = shrunk - 50 * MIB;
        assertThat(world.ticks(20)).anyMatch(each -> each.why().equals("the last shrink left it too little"));
    }

    /** 300 MiB a second for ten seconds, over and over: its floor is not 3 GiB above all that it ever needed. */
    @Test
    void noFloorIsHigherThanItsGuestIsLikelyToRise() {
        World.Guest guest = add("guest", 12 * GIB, 2 * GIB);
        for (int i = 0; i < 300; i++) {
            guest.need = 2 * GIB + i % 10 * (300 * MIB);
            long floor = world.tick().guests().get(0).floor();
            if (i > 60) {
                assertThat(floor).as("second %d", i).isLessThan(6 * GIB + GIB / 2);
            }
        }
    }

    /** One needs more than the others: each of them would be seen too late. */
    @Test
    void whatIsLeftOverIsSharedBySizeAndNotAboveWhatWasSeen() {
        add("one", 12 * GIB, 5 * GIB);
        add("two", 12 * GIB, GIB);
        add("three", 12 * GIB, GIB);
        world.ticks(120);
        assertThat(world.tick().guests())
                .allSatisfy(each -> assertThat(each.target()).isBetween(12 * GIB - MIB, 12 * GIB));
    }

    /** Where a climb of ten seconds ago has led is a guess: it takes nobody below what he would have at equal sizes. */
    @Test
    void aClimbTakesNobodyBelowHisShare() {
        World.Guest climber = add("climber", 12 * GIB, 6 * GIB);
        World.Guest idle = add("idle", 12 * GIB, GIB);
        World.Guest other = add("other", 12 * GIB, GIB);
        world.ticks(60);
        for (int i = 0; i < 8; i++) {
            climber.need += 500 * MIB;
            world.tick();
        }
        int taken = 0;
        for (int i = 0; i < 15; i++) {
            Verdict verdict = world.tick();
            for (Command each : verdict.commands()) {
                if (each.why().endsWith("it will be short of memory") && each.kind() == Command.Kind.SHRINK) {
                    taken++;
                    assertThat(each.target()).isGreaterThanOrEqualTo(share(verdict, each.guest()));
                }
            }
        }
        assertThat(taken).isPositive();
        assertThat(idle.swapped + other.swapped).isZero();
    }

    private static long share(Verdict verdict, String guest) {
        return verdict.guests().stream()
                .filter(each -> each.guest().equals(guest))
                .findAny()
                .orElseThrow()
                .target();
    }

    /** What somebody else would like to have ready is no reason to take what it may need before that is seen. */
    @Test
    void whoIsSeenLateKeepsWhatItMayNeedUnlessSomebodyIsShort() {
        world = new World(12 * GIB);
        World.Guest late = add("late", 6 * GIB, GIB);
        World.Guest bursting = world.add("bursting", 16 * GIB, 6 * GIB, 5 * GIB);
        world.ticks(120);
        assertThat(late.actual).isBetween(5 * GIB - GIB / 4, 5 * GIB + GIB / 2);
        bursting.need = 8 * GIB;
        world.ticks(20);
        assertThat(late.actual).isLessThan(4 * GIB);
    }

    /** A hundredth up and down each second, ten seconds ago, is no climb: two rises in a row look like one at times. */
    @Test
    void noiseIsNoClimb() {
        Random random = new Random(1);
        World.Guest guest = add("guest", 10 * GIB, 8 * GIB);
        guest.refused = true;
        int climbs = 0;
        for (int i = 0; i < 360; i++) {
            guest.need = (long) (8 * GIB * (1 + 0.01 * random.nextGaussian()));
            Pressure pressure = world.tick().guests().get(0).pressure();
            climbs += i >= 60 && pressure != Pressure.GREEN ? 1 : 0;
        }
        assertThat(climbs).as("of 300").isLessThan(10);
    }

    @Test
    void whoIsShortTakesOthersToTheirFloors() {
        World.Guest hungry = add("hungry", 12 * GIB, 6 * GIB);
        World.Guest idle = add("idle", 12 * GIB, GIB);
        World.Guest other = add("other", 12 * GIB, GIB);
        world.ticks(60);
        hungry.need = 15 * GIB;
        world.ticks(40);
        assertThat(hungry.actual).isGreaterThan(15 * GIB);
        assertThat(idle.actual + other.actual).isLessThan(21 * GIB);
    }
}
