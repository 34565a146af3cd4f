package dev.watchdog.guests.policy;

import static dev.watchdog.guests.policy.World.GIB;
import static dev.watchdog.guests.policy.World.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Guests within control groups, or on NUMA nodes, that may use less than the host has. */
class SharedLimitTest {
    private final World world = new World(32 * GIB);

    private World.Guest add(String id, long maximum, long actual, long need, String... limits) {
        World.Guest guest = world.add(id, maximum, actual, need);
        guest.limits.addAll(List.of(limits));
        return guest;
    }

    /** memtune hard_limit of 600 MiB: at 768 MiB the host's killer takes the whole guest. */
    @Test
    void aGuestIsNeverGrownBeyondItsOwnLimit() {
        world.limits.put("own", new World.Limit(600 * MIB, 0));
        World.Guest guest = add("guest", 768 * MIB, 384 * MIB, 75 * MIB, "own");
        world.ticks(40);
        guest.need = 700 * MIB;
        for (int i = 0; i < 120; i++) {
            GuestFinding found = world.tick().guests().get(0);
            assertThat(world.promised("own")).isLessThanOrEqualTo(600 * MIB);
            assertThat(found.ceiling()).isLessThan(540 * MIB);
            assertThat(found.bounds().limit()).isEqualTo("own");
        }
        assertThat(guest.actual).as("and yet it gets what is there").isGreaterThan(440 * MIB);
    }

    /** A partition of 1000 MiB and two guests in it; the host has plenty. */
    @Test
    void guestsShareWhatTheirPartitionHas() {
        world.limits.put("machine", new World.Limit(1_000 * MIB, 0));
        World.Guest one = add("one", 768 * MIB, 384 * MIB, 100 * MIB, "machine");
        World.Guest two = add("two", 768 * MIB, 384 * MIB, 100 * MIB, "machine");
        world.ticks(40);
        one.need = 500 * MIB;
        for (int i = 0; i < 60; i++) {
            world.tick();
            assertThat(world.promised("machine")).isLessThanOrEqualTo(1_000 * MIB);
        }
        assertThat(one.actual).as("its neighbour in the partition pays").isGreaterThan(500 * MIB);
        assertThat(two.actual).isLessThan(384 * MIB);
    }

    @Test
    void whoIsOutsideTheLimitDoesNotPayForWhoIsWithin() {
        world.limits.put("machine", new World.Limit(1_000 * MIB, 0));
        World.Guest within = add("within", 4 * GIB, 640 * MIB, 600 * MIB, "machine");
        World.Guest outside = add("outside", 28 * GIB, 28 * GIB, GIB);
        List<Command> commands = world.ticks(200);
        assertThat(commands).noneMatch(each -> each.guest().equals("outside"));
        assertThat(within.actual).isLessThan(GIB);
        assertThat(outside.actual).isEqualTo(28 * GIB);
    }

    @Test
    void theSmallestOfNestedLimitsHolds() {
        world.limits.put("outer", new World.Limit(2 * GIB, 0));
        world.limits.put("inner", new World.Limit(GIB, 0));
        World.Guest guest = add("guest", 4 * GIB, 512 * MIB, 200 * MIB, "inner", "outer");
        world.ticks(40);
        guest.need = 3 * GIB;
        for (int i = 0; i < 60; i++) {
            world.tick();
            assertThat(world.promised("inner")).isLessThanOrEqualTo(GIB);
        }
        assertThat(guest.actual).isGreaterThan(700 * MIB);
    }

    @Test
    void aLimitThatIsRaisedOrLoweredIsFollowed() {
        World.Limit limit = new World.Limit(GIB, 0);
        world.limits.put("own", limit);
        World.Guest guest = add("guest", 4 * GIB, 512 * MIB, 200 * MIB, "own");
        world.ticks(40);
        guest.need = 3 * GIB;
        world.ticks(30);
        assertThat(guest.actual).isLessThan(GIB);
        limit.bytes = 8 * GIB;
        world.ticks(30);
        assertThat(guest.actual).isGreaterThan(3 * GIB);
        guest.need = 300 * MIB;
        world.ticks(30);
        limit.bytes = 2 * GIB;
        List<Command> commands = world.ticks(60);
        assertThat(world.promised("own")).isLessThanOrEqualTo(2 * GIB);
        assertThat(commands)
                .filteredOn(each -> each.kind() == Command.Kind.SHRINK)
                .isNotEmpty()
                .allMatch(each -> each.why().equals("own has less than its guests hold"));
    }

    @Test
    void nothingIsGivenWhileItsLimitsAreNotKnown() {
        World.Guest guest = add("guest", 4 * GIB, 512 * MIB, 500 * MIB);
        guest.limitsKnown = false;
        assertThat(world.ticks(60)).isEmpty();
        guest.limitsKnown = true;
        guest.limits.add("not read yet");
        assertThat(world.ticks(60)).isEmpty();
        guest.limits.clear();
        world.ticks(10);
        assertThat(guest.actual).isGreaterThan(GIB);
    }

    /** Others in the partition use most of it. */
    @Test
    void whatOthersUseWithinTheLimitIsNotTheGuests() {
        world.limits.put("machine", new World.Limit(4 * GIB, 3 * GIB));
        World.Guest guest = add("guest", 4 * GIB, 512 * MIB, 500 * MIB, "machine");
        world.ticks(60);
        assertThat(world.promised("machine")).isLessThanOrEqualTo(4 * GIB);
        assertThat(guest.actual).isBetween(600 * MIB, GIB);
    }

    /** What a guest has not touched yet is not used, and yet it is its own: 0's part of what is used does not show. */
    @Test
    void memoryThatNobodyTouchedYetIsHeldAsWell() {
        world.limits.put("own", new World.Limit(600 * MIB, 0));
        World.Guest guest = add("guest", 768 * MIB, 384 * MIB, 75 * MIB, "own");
        guest.untouched = 300 * MIB;
        world.ticks(40);
        guest.need = 383 * MIB;
        for (int i = 0; i < 60; i++) {
            world.tick();
            assertThat(world.promised("own")).isLessThanOrEqualTo(600 * MIB);
        }
    }

    /** A container beside it thrashes within the same limit: that is the limit's own shortage. */
    @Test
    void pressureWithinAFullLimitSqueezesItsGuestsAlone() {
        World.Limit limit = new World.Limit(4 * GIB, 2 * GIB);
        limit.heat = HostSample.Heat.HOT;
        world.limits.put("machine", limit);
        World.Guest within = add("within", 2 * GIB, 1_800 * MIB, 200 * MIB, "machine");
        World.Guest outside = add("outside", 8 * GIB, 8 * GIB, GIB);
        List<Command> commands = world.ticks(120);
        assertThat(world.used("machine")).as("a tenth is left again").isLessThan(4 * GIB * 9 / 10);
        assertThat(within.actual).isGreaterThan(GIB);
        assertThat(outside.actual).isEqualTo(8 * GIB);
        assertThat(commands).isNotEmpty().allMatch(each -> each.why().equals("machine is pressed"));
    }

    @Test
    void pressureWithinALimitThatHasRoomCountsForNothing() {
        World.Limit limit = new World.Limit(8 * GIB, GIB);
        limit.heat = HostSample.Heat.HOT;
        world.limits.put("machine", limit);
        add("within", 2 * GIB, 1_800 * MIB, 200 * MIB, "machine");
        assertThat(world.ticks(120)).isEmpty();
    }
}
