package dev.watchdog.guests.policy;

import static dev.watchdog.guests.policy.World.GIB;
import static dev.watchdog.guests.policy.World.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules, one by one, and squeezed's scenarios a to h. */
class MemoryPolicyTest {
    private final World world = new World(16 * GIB);
    private final World.Guest idle = world.add("idle", 16 * GIB, 12 * GIB, GIB);
    private final World.Guest busy = world.add("busy", 16 * GIB, 4 * GIB, 2 * GIB);

    @Test
    void aStarvingGuestIsPaidForByItsNeighboursSpare() {
        world.ticks(60);
        busy.need = 6 * GIB;
        world.ticks(20);
        assertThat(busy.actual).isGreaterThan(6 * GIB + 512 * MIB);
        assertThat(idle.actual).isGreaterThan(GIB + 512 * MIB);
        assertThat(world.held()).isLessThanOrEqualTo(16 * GIB);
    }

    @Test
    void whoNeverOptedInIsNeverShrunkAndStillGivenBack() {
        idle.wishes = Wishes.NONE;
        busy.need = 6 * GIB;
        assertThat(world.ticks(300)).noneMatch(each -> each.guest().equals("idle"));
        idle.actual = 8 * GIB;
        idle.target = 8 * GIB;
        world.ticks(60);
        assertThat(busy.actual).isGreaterThan(6 * GIB);
    }

    @Test
    void whoOptedOutIsNeitherShrunkNorGrownNorPaidFor() {
        World host = new World(16 * GIB);
        World.Guest out = host.add("out", 12 * GIB, 4 * GIB, 4 * GIB - 32 * MIB);
        World.Guest other = host.add("other", 12 * GIB, 12 * GIB, GIB);
        out.wishes = Wishes.OUT;
        assertThat(host.ticks(100)).isEmpty();
        assertThat(host.tick().guests().get(0).lacking()).isZero();
        out.need = 5 * GIB;
        assertThat(host.ticks(100)).isEmpty();
        assertThat(host.tick().guests().get(0).lacking()).isGreaterThan(900 * MIB);
        out.need = GIB;
        other.need = 12 * GIB;
        assertThat(host.ticks(100)).noneMatch(each -> each.guest().equals("out"));
    }

    @Test
    void nothingIsTakenOnStaleNumbers() {
        world.ticks(60);
        idle.silent = true;
        world.ticks(8);
        busy.need = 8 * GIB;
        assertThat(world.ticks(60)).noneMatch(each -> each.guest().equals("idle"));
    }

    @Test
    void aClockThatJumpsMakesNumbersStaleUntilTheNextReport() {
        world.ticks(60);
        busy.need = 8 * GIB;
        world.wallAhead += 3_600;
        assertThat(world.tick().commands()).noneMatch(each -> each.kind() == Command.Kind.SHRINK);
    }

    /** Its cache was in use: what was taken comes back as need, and some more. */
    @Test
    void whatWasNotSpareIsGivenBackBeforeItHurts() {
        World host = new World(16 * GIB);
        World.Guest guest = host.add("guest", 16 * GIB, 12 * GIB, GIB);
        host.ticks(60);
        host.heat = HostSample.Heat.HOT;
        host.ticks(3);
        host.heat = HostSample.Heat.COOL;
        host.ticks(5);
        long taken = 12 * GIB - guest.target;
        guest.need = guest.target - 900 * MIB;
        assertThat(taken).isGreaterThan(GIB);
        Verdict verdict = host.tick();
        assertThat(guest.actual - guest.need).isGreaterThan(512 * MIB);
        assertThat(verdict.commands()).singleElement().satisfies(command -> {
            assertThat(command.kind()).isEqualTo(Command.Kind.ROLL_BACK);
            assertThat(command.target()).isGreaterThanOrEqualTo(12 * GIB);
        });
    }

    /** Nobody says yes: however long it goes on, what is proposed is what a first look would propose. */
    @Test
    void whatIsNeverOrderedIsNeitherStuckNorCancelledNorCounted() {
        world.ticks(60);
        idle.refused = true;
        busy.refused = true;
        busy.need = 6 * GIB;
        for (int i = 0; i < 120; i++) {
            Verdict verdict = world.tick();
            assertThat(verdict.guests()).noneMatch(GuestFinding::stuck);
            assertThat(verdict.commands())
                    .isNotEmpty()
                    .allMatch(each -> each.kind() == Command.Kind.GROW || each.kind() == Command.Kind.SHRINK);
            assertThat(verdict.host().granted()).isEqualTo(idle.actual + busy.actual);
        }
        idle.refused = false;
        busy.refused = false;
        world.ticks(20);
        assertThat(busy.actual).isGreaterThan(6 * GIB + 512 * MIB);
    }

    /** The memory of a grow that got stuck is nobody's before its cancel is really ordered. */
    @Test
    void aCancelThatIsNotOrderedFreesNothing() {
        World host = new World(16 * GIB);
        World.Guest stuck = host.add("stuck", 12 * GIB, 4 * GIB, 4 * GIB - 64 * MIB);
        World.Guest other = host.add("other", 12 * GIB, 4 * GIB, GIB);
        stuck.health = 0;
        host.ticks(2);
        assertThat(stuck.target).isGreaterThan(6 * GIB);
        stuck.refused = true;
        other.need = 12 * GIB;
        for (int i = 0; i < 100; i++) {
            host.tick();
            assertThat(host.held()).isLessThanOrEqualTo(16 * GIB);
        }
    }

    @Test
    void stuckIsToldUntilAStepGetsThereOrThePauseIsOver() {
        World host = new World(16 * GIB);
        World.Guest guest = host.add("guest", 16 * GIB, 12 * GIB, GIB);
        guest.stop = 11 * GIB + 512 * MIB;
        host.heat = HostSample.Heat.HOT;
        for (int i = 0; !stuck(host); i++) {
            assertThat(i).isLessThan(60);
        }
        host.heat = HostSample.Heat.COOL;
        for (int i = 0; i < 50; i++) {
            assertThat(stuck(host)).as("second " + i).isTrue();
        }
        host.ticks(12);
        assertThat(stuck(host)).isFalse();
        host.heat = HostSample.Heat.HOT;
        host.ticks(8);
        assertThat(stuck(host)).isTrue();
        guest.need = guest.actual;
        host.ticks(5);
        assertThat(guest.actual).isGreaterThan(12 * GIB);
        assertThat(stuck(host)).isFalse();
    }

    @Test
    void aBalloonThatWasOutOfSightIsNotStuck() {
        World host = new World(16 * GIB);
        World.Guest guest = host.add("guest", 16 * GIB, 12 * GIB, GIB);
        host.heat = HostSample.Heat.HOT;
        host.ticks(31);
        guest.health = 0;
        host.ticks(2);
        guest.missed = true;
        host.ticks(9);
        guest.missed = false;
        assertThat(stuck(host)).isFalse();
        host.ticks(8);
        assertThat(stuck(host)).as("it had its time since").isTrue();
    }

    private static boolean stuck(World host) {
        return host.tick().guests().stream().anyMatch(GuestFinding::stuck);
    }

    @Test
    void aPausedGuestsBalloonIsNotCalledStuck() {
        world.ticks(60);
        busy.need = 9 * GIB;
        world.ticks(2);
        assertThat(idle.target).isLessThan(idle.actual);
        idle.health = 0;
        idle.obstacle = "it is paused";
        for (int i = 0; i < 60; i++) {
            assertThat(stuck(world)).isFalse();
        }
        idle.obstacle = "";
        assertThat(stuck(world)).isFalse();
    }

    /** Its balloon is back at nothing, and its new kernel loads the driver when it gets to it. */
    @Test
    void aGuestThatIsResetInMidStepIsNotCalledStuckAndLosesItsTarget() {
        world.ticks(60);
        busy.need = 9 * GIB;
        world.ticks(2);
        assertThat(idle.target).isLessThan(idle.actual);
        world.state = world.state.restarted("idle");
        idle.actual = idle.maximum;
        idle.health = 0;
        for (int i = 0; i < 20; i++) {
            assertThat(stuck(world)).isFalse();
        }
        assertThat(idle.target).isEqualTo(idle.maximum);
    }

    @Test
    void theTrendIsWhatTheNeedDoesInAMinute() {
        world.ticks(60);
        for (int i = 0; i < 60; i++) {
            busy.need += 2 * MIB;
            world.tick();
        }
        GuestFinding rising = world.tick().guests().get(1);
        assertThat(rising.trend()).isBetween(100 * MIB, 130 * MIB);
        world.ticks(90);
        assertThat(world.tick().guests().get(1).trend()).isZero();
    }

    @Test
    void suddenMajorFaultsKeepAGuestFromGivingUntilTheyAreUsual() {
        world.ticks(60);
        busy.need = 9 * GIB;
        for (int i = 0; i < 20; i++) {
            idle.faults += 1_000;
            Verdict verdict = world.tick();
            assertThat(verdict.guests().get(0).pressure()).isEqualTo(Pressure.YELLOW);
            assertThat(verdict.commands()).noneMatch(each -> each.guest().equals("idle"));
        }
        for (int i = 0; i < 180; i++) {
            idle.faults += 1_000;
            world.tick();
        }
        assertThat(busy.actual).isGreaterThan(9 * GIB);
    }

    @Test
    void messagesNameGuestsByAShortLine() {
        GuestSample sample = world.sight().guests().get(0);
        assertThat(named(sample, "web\n\u202e$(reboot)").label()).isEqualTo("web??$(reboot)");
        assertThat(named(sample, "x".repeat(1_000)).label()).hasSize(60);
        assertThat(named(sample, " ").label()).isEqualTo(sample.id());
    }

    private static GuestSample named(GuestSample like, String name) {
        return new GuestSample(like.id(), name, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, "", like.wishes());
    }

    @Test
    void whoIsMissingFromASightKeepsWhatItWasPromised() {
        World host = new World(16 * GIB);
        World.Guest slow = host.add("slow", 12 * GIB, 4 * GIB, 4 * GIB - 64 * MIB);
        World.Guest other = host.add("other", 12 * GIB, 4 * GIB, GIB);
        slow.health = 0.05;
        host.ticks(2);
        assertThat(slow.target).isGreaterThan(6 * GIB);
        slow.missed = true;
        other.need = 4 * GIB;
        for (int i = 0; i < 6; i++) {
            host.tick();
            assertThat(host.held()).isLessThanOrEqualTo(16 * GIB);
        }
        slow.missed = false;
        host.tick();
        assertThat(host.held()).isLessThanOrEqualTo(16 * GIB);
        assertThat(other.actual).isGreaterThan(4 * GIB);
    }

    @Test
    void aSteadyHourNeedsNoCommand() {
        world.ticks(300);
        assertThat(world.ticks(3_600)).isEmpty();
    }

    @Test
    void aShortageIsToldAndNobodyGoesBelowHisFloor() {
        world.ticks(60);
        idle.need = 10 * GIB;
        busy.need = 12 * GIB;
        List<Command> commands = world.ticks(20);
        Verdict verdict = world.tick();
        assertThat(verdict.host().missing()).isPositive();
        assertThat(verdict.host().why()).contains("missing", "would free");
        assertThat(commands).noneMatch(each -> each.guest().equals("idle") && each.target() < 10 * GIB);
    }

    @Test
    void idleGuestsOfAnySizeGiveWhatTheyCanSpare() {
        for (long mib : new long[] {512, 1_024, 2_048, 4_096, 16_384, 65_536}) {
            for (double used : new double[] {0.1, 0.2, 0.4, 0.6}) {
                assertThat(SpareFreed.part(mib << 20, used, true))
                        .as("%d MiB, host", mib)
                        .isGreaterThan(0.7);
                assertThat(SpareFreed.part(mib << 20, used, false))
                        .as("%d MiB, neighbour", mib)
                        .isGreaterThan(0.7);
            }
        }
    }

    /** a: one that stops half-way and one that stops and goes; together they can. */
    @Test
    void squeezedA() {
        idle.stop = 11 * GIB;
        World.Guest other = world.add("other", 8 * GIB, 6 * GIB, GIB);
        world.heat = HostSample.Heat.HOT;
        for (int i = 0; i < 200; i++) {
            other.health = i % 2;
            world.tick();
        }
        assertThat(world.held()).isLessThanOrEqualTo(16 * GIB);
        assertThat(idle.target).isEqualTo(idle.actual);
    }

    /** b: both stop and go, one for longer than what counts as stuck. */
    @Test
    void squeezedB() {
        world.heat = HostSample.Heat.HOT;
        for (int i = 0; i < 600; i++) {
            idle.health = i / 8 % 2;
            busy.health = i / 2 % 2;
            world.tick();
        }
        assertThat(world.held()).isLessThan(10 * GIB);
    }

    /** c: floors too high. */
    @Test
    void squeezedC() {
        idle.wishes = new Wishes(true, 12 * GIB, 0, 1, "");
        busy.wishes = new Wishes(true, 4 * GIB, 0, 1, "");
        world.heat = HostSample.Heat.HOT;
        assertThat(world.ticks(200)).isEmpty();
    }

    /** d: one is stuck for good above its floor: given up, its target becomes what it has. */
    @Test
    void squeezedD() {
        idle.stop = 11 * GIB + 512 * MIB;
        world.heat = HostSample.Heat.HOT;
        List<Command> commands = world.ticks(200);
        assertThat(commands)
                .anyMatch(each ->
                        each.kind() == Command.Kind.CANCEL && each.guest().equals("idle"));
        assertThat(idle.target).isEqualTo(idle.actual);
    }

    /** e: the one that should give is stuck, the other one cannot grow and is not called stuck for it. */
    @Test
    void squeezedE() {
        world.ticks(60);
        idle.health = 0;
        busy.need = 5 * GIB;
        for (int i = 0; i < 100; i++) {
            assertThat(world.tick().guests()).noneMatch(each -> each.guest().equals("busy") && each.stuck());
        }
        assertThat(idle.target).isEqualTo(idle.actual);
    }

    /** f: what is not yet free is never promised. */
    @Test
    void squeezedF() {
        world.ticks(60);
        busy.need = 9 * GIB;
        for (int i = 0; i < 60; i++) {
            world.tick();
            assertThat(world.held()).isLessThanOrEqualTo(16 * GIB);
        }
    }

    /** g: a balloon that is 3 MiB off has got there. */
    @Test
    void squeezedG() {
        Step step = Step.start(0, 8 * GIB, 6 * GIB, 0, 0).seen(3_000, 6 * GIB + 3 * MIB);
        assertThat(step.moving()).isFalse();
        assertThat(step.stuck(60_000, 1_000)).isFalse();
    }

    /** h: one cannot grow though asked; the other takes the slack. */
    @Test
    void squeezedH() {
        World host = new World(16 * GIB);
        World.Guest limited = host.add("limited", 8 * GIB, 4 * GIB, 4 * GIB - 64 * MIB);
        World.Guest working = host.add("working", 8 * GIB, 4 * GIB, 4 * GIB - 64 * MIB);
        limited.health = 0;
        host.ticks(100);
        assertThat(working.actual).isGreaterThan(5 * GIB);
        assertThat(limited.target).isLessThanOrEqualTo(limited.maximum);
    }
}
