package dev.watchdog.guests.policy;

import static dev.watchdog.guests.policy.World.GIB;
import static dev.watchdog.guests.policy.World.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What counts as short of memory, and how quickly it is answered. */
class ShownNeedTest {
    private final World world = new World(16 * GIB);

    @Test
    void suddenMajorFaultsAloneAreNoNeed() {
        World.Guest guest = world.add("guest", 512 * MIB, 512 * MIB, 75 * MIB);
        world.ticks(60);
        for (int i = 0; i < 30; i++) {
            guest.faults += i % 3 == 0 ? 4_000 : 0;
            GuestFinding found = world.tick().guests().get(0);
            assertThat(found.bounds().shortness()).isEqualTo(Pressure.GREEN);
        }
    }

    /** A process in it is swapped at its own control group's limit: the guest has 3 GiB free. */
    @Test
    void swappingWithMemoryFreeIsNoNeed() {
        World.Guest guest = world.add("guest", 4 * GIB, 4 * GIB, 500 * MIB);
        world.add("other", 8 * GIB, 8 * GIB, GIB);
        world.ticks(60);
        for (int i = 0; i < 10; i++) {
            guest.swapped += 8 * MIB;
            Verdict verdict = world.tick();
            GuestFinding found = verdict.guests().get(0);
            assertThat(found.bounds().shortness()).isEqualTo(Pressure.GREEN);
            assertThat(found.untouchable()).isEqualTo("it needs what it has");
            assertThat(verdict.commands()).isEmpty();
        }
    }

    @Test
    void swappingWithLittleFreeIs() {
        World.Guest guest = world.add("guest", 4 * GIB, 4 * GIB, 3 * GIB + 500 * MIB);
        world.ticks(60);
        guest.swapped += 16 * MIB;
        assertThat(world.tick().guests().get(0).bounds().shortness()).isEqualTo(Pressure.RED);
    }

    /** 320 MiB and nothing left, beside one with 400 MiB to spare that was asked for 10 to 18 MiB at a time. */
    @Test
    void aSmallGuestThatStarvesIsNotFedByTheSpoon() {
        World small = new World(GIB);
        World.Guest starving = small.add("starving", 768 * MIB, 320 * MIB, 100 * MIB);
        World.Guest donor = small.add("donor", 768 * MIB, 704 * MIB, 200 * MIB);
        small.ticks(60);
        starving.need = 500 * MIB;
        List<Command> commands = small.ticks(1);
        assertThat(commands).singleElement().satisfies(each -> {
            assertThat(each.guest()).isEqualTo("donor");
            assertThat(each.actual() - each.target()).isGreaterThan(64 * MIB);
        });
        small.ticks(4);
        assertThat(starving.actual).isGreaterThan(500 * MIB);
        assertThat(donor.swapped).isZero();
    }

    /** A climb that goes on is answered for when a donor has given, not for the next look. */
    @Test
    void aSteadyClimbIsLed() {
        World.Guest climbing = world.add("climbing", 16 * GIB, 8 * GIB, GIB);
        world.add("idle", 16 * GIB, 8 * GIB, GIB);
        world.ticks(60);
        for (int i = 0; i < 8; i++) {
            climbing.need += 1_200 * MIB;
            world.tick();
            assertThat(climbing.swapped).as("after %d s", i).isZero();
        }
    }

    /** It gave, and its load came back while the host was full: others are asked, not only what is free is given. */
    @Test
    void whatARollBackLacksIsAskedOfOthersAtOnce() {
        World.Guest hurt = world.add("hurt", 16 * GIB, 6 * GIB, GIB);
        World.Guest idle = world.add("idle", 16 * GIB, 10 * GIB, GIB);
        world.ticks(60);
        Command taken = new Command("hurt", Command.Kind.SHRINK, 5 * GIB, 6 * GIB, "");
        world.state = world.state.ordered(taken, world.second * 1_000);
        hurt.target = 5 * GIB;
        world.ticks(3);
        world.add("new", 2 * GIB, GIB, 200 * MIB).wishes = Wishes.OUT;
        hurt.need = 5 * GIB - 16 * MIB;
        assertThat(world.tick().commands()).anySatisfy(each -> {
            assertThat(each.guest()).isEqualTo("idle");
            assertThat(each.kind()).isEqualTo(Command.Kind.SHRINK);
            assertThat(each.why()).contains("hurt: the last shrink left it too little");
        });
        world.ticks(5);
        assertThat(hurt.actual).isGreaterThan(6 * GIB);
        assertThat(idle.swapped).isZero();
    }
}
