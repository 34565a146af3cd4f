package dev.watchdog.guests.policy;

import static dev.watchdog.guests.policy.World.GIB;
import static dev.watchdog.guests.policy.World.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.guests.policy.HostSample.Heat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the host has for its guests: huge pages, KSM, guests that tell nothing, and pressure that is not theirs. */
class HostBudgetTest {
    /** A container at its own limit reclaims all the time; 17.5 GiB of 24 are available. */
    @Test
    void waitingForMemoryOnAHostThatHasEnoughSqueezesNobody() {
        World world = new World(24 * GIB);
        world.add("idle", 6 * GIB, 6 * GIB, GIB);
        world.stall = new HostSample.Stall(Heat.HOT, "/system.slice/docker-1.scope");
        assertThat(world.ticks(120)).isEmpty();
        HostFinding host = world.tick().host();
        assertThat(host.pressure().heat()).isEqualTo(Heat.COOL);
        assertThat(host.pressure().foreign()).contains("/system.slice/docker-1.scope", "18.0 GiB available");
    }

    @Test
    void waitingForMemoryOnAShortHostCounts() {
        World world = new World(24 * GIB);
        World.Guest idle = world.add("idle", 22 * GIB, 22 * GIB, GIB);
        world.heat = Heat.WARM;
        assertThat(world.ticks(60)).as("warm alone").isEmpty();
        world.stall = new HostSample.Stall(Heat.HOT, "");
        world.ticks(60);
        assertThat(idle.actual).isLessThan(12 * GIB);
        assertThat(world.tick().host().pressure().foreign()).isEmpty();
    }

    /** 64 GiB, 48 of them in a pool for one guest. */
    @Test
    void aGuestInThePoolOfHugePagesIsCountedOnce() {
        World world = new World(64 * GIB);
        world.pool = 48 * GIB;
        World.Guest big = world.add("big", 48 * GIB, 48 * GIB, 4 * GIB);
        big.hugePages = true;
        big.obstacle = "its memory is in huge pages, which a balloon cannot free";
        World.Guest idle = world.add("idle", 8 * GIB, 8 * GIB, GIB);
        assertThat(world.ticks(120)).isEmpty();
        HostFinding host = world.tick().host();
        assertThat(host.missing()).isZero();
        assertThat(host.budget()).isEqualTo(16 * GIB);
        assertThat(host.granted()).isEqualTo(8 * GIB);
        assertThat(idle.actual).isEqualTo(8 * GIB);
    }

    @Test
    void theEmptyPartOfThePoolIsNobodys() {
        World world = new World(64 * GIB);
        world.pool = 48 * GIB;
        World.Guest hungry = world.add("hungry", 32 * GIB, 8 * GIB, 31 * GIB);
        world.ticks(60);
        assertThat(hungry.actual).isLessThanOrEqualTo(16 * GIB);
    }

    /** What KSM saves can be wanted back at any time: it is not given away. */
    @Test
    void whatKsmSavesIsNotGivenAway() {
        World world = new World(16 * GIB);
        world.add("one", 8 * GIB, 6 * GIB, 5 * GIB);
        World.Guest two = world.add("two", 16 * GIB, 6 * GIB, 5 * GIB);
        world.merged = 5 * GIB;
        world.ticks(40);
        two.need = 15 * GIB;
        for (int i = 0; i < 60; i++) {
            world.tick();
            assertThat(world.held()).isLessThanOrEqualTo(16 * GIB);
        }
    }

    /** The host's own use does not hide behind pages that are merged: 2 GiB here. */
    @Test
    void whatKsmSavesDoesNotHideWhatTheHostUses() {
        HostSample host =
                new HostSample(16 * GIB, 6 * GIB, Heat.COOL, HostSample.Stall.NONE, new HostSample.Apart(0, 4 * GIB));
        World world = new World(16 * GIB);
        world.add("one", 12 * GIB, 12 * GIB, 5 * GIB);
        Sight seen = world.sight();
        Verdict verdict = MemoryPolicy.decide(
                PolicyState.EMPTY, new Sight(seen.now(), host, seen.guests()), new PolicySettings(1_000, 0));
        assertThat(verdict.host().budget()).isEqualTo(14 * GIB);
    }

    /** Two guests of 16 GiB on 24, no driver in one, no balloon in the other, 300 MiB of each touched. */
    @Test
    void guestsOfWhichNothingIsKnownCountWithWhatIsThereOfThem() {
        World world = new World(24 * GIB);
        for (String id : List.of("without driver", "without balloon")) {
            World.Guest guest = world.add(id, 16 * GIB, 16 * GIB, 0);
            guest.driverless = true;
            guest.untouched = 16 * GIB - 300 * MIB;
        }
        World.Guest working = world.add("working", 16 * GIB, 8 * GIB, 4 * GIB);
        assertThat(world.ticks(100)).noneMatch(each -> each.kind() == Command.Kind.SHRINK);
        Verdict verdict = world.tick();
        assertThat(verdict.host().missing()).isZero();
        assertThat(verdict.host().why()).isEmpty();
        assertThat(verdict.guests().get(0).need()).isEqualTo(GuestSample.MISSING);
        assertThat(verdict.guests().get(0).trend()).isZero();
        working.need = 14 * GIB;
        world.ticks(10);
        assertThat(working.actual).isGreaterThan(14 * GIB);
    }

    @Test
    void whatStoppingAGuestWouldFreeIsWhatIsThereOfIt() {
        World world = new World(16 * GIB);
        World.Guest pinned = world.add("pinned", 12 * GIB, 12 * GIB, GIB);
        pinned.driverless = true;
        pinned.untouched = 4 * GIB;
        World.Guest hungry = world.add("hungry", 16 * GIB, 8 * GIB, 8 * GIB);
        hungry.need = 15 * GIB;
        world.ticks(60);
        assertThat(world.tick().host().why()).contains("would free 8.0 GiB").doesNotContain("12.0 GiB");
    }

    /** It holds most of the host and more than anybody knows a need of; its neighbour has what it needs. */
    @Test
    void nothingIsMissingWhereNobodyLacksAnything() {
        World world = new World(16 * GIB);
        World.Guest pinned = world.add("pinned", 13 * GIB, 13 * GIB, GIB);
        pinned.driverless = true;
        world.add("small", GIB, GIB, 200 * MIB);
        world.settings = new PolicySettings(1_000, 2 * GIB);
        world.ticks(60);
        assertThat(world.tick().host().missing()).isZero();
    }
}
