package dev.watchdog.guests.policy;

import static dev.watchdog.guests.policy.World.GIB;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A guest that always says that it has nothing left, and one that never opted in. */
class LiarTest {
    private final World world = new World(24 * GIB);

    private World.Guest[] guests(double weight) {
        World.Guest[] all = new World.Guest[3];
        for (int i = 0; i < all.length; i++) {
            all[i] = world.add("guest-" + i, 16 * GIB, i == 0 ? 7 * GIB : 8 * GIB + GIB / 2, GIB);
        }
        all[0].wishes = new Wishes(true, 0, 0, weight, "");
        return all;
    }

    /** Its own third, and half of what two others can spare of theirs: what they do not need weighs half. */
    @ParameterizedTest
    @CsvSource({"1, 15", "10, 23", "0.5, 11", "0.1, 7.1"})
    void whoAlwaysNeedsMoreGetsNoMoreThanItsWeightedShare(double weight, double most) {
        World.Guest[] all = guests(weight);
        all[0].liar = true;
        world.ticks(900);
        assertThat(all[0].actual / (double) GIB).isLessThanOrEqualTo(most);
        assertThat(all[1].actual).isGreaterThan(weight > 1 ? 2 * GIB : 4 * GIB);
    }

    /** It had enough for a while, as everybody has: it goes one burst further, and no more. */
    @Test
    void whoBeginsToLieGetsOneBurstMore() {
        World.Guest[] all = guests(0.1);
        world.ticks(120);
        long before = all[0].actual;
        all[0].liar = true;
        world.ticks(900);
        assertThat(all[0].actual).isLessThan(before + GIB);
    }

    @Test
    void whatItDoesNotUseGoesBackWithinMinutes() {
        World.Guest[] all = guests(1);
        all[0].liar = true;
        world.ticks(300);
        assertThat(all[0].actual).isGreaterThan(11 * GIB);
        all[0].liar = false;
        all[1].need = 6 * GIB;
        all[2].need = 6 * GIB;
        world.ticks(120);
        assertThat(all[0].actual).isLessThan(9 * GIB);
    }

    /** Who shows that it had enough at each size may have all that the others can spare. */
    @Test
    void whoCanBeSatisfiedGetsWhatItNeeds() {
        World.Guest[] all = guests(1);
        world.ticks(60);
        for (int i = 0; i < 140; i++) {
            all[0].need += 100 * World.MIB;
            world.tick();
        }
        assertThat(all[0].need).isGreaterThan(14 * GIB + GIB / 2);
        assertThat(all[0].actual).isGreaterThanOrEqualTo(all[0].need);
        assertThat(all[0].swapped).isZero();
    }

    @Test
    void whoNeverOptedInGetsOnlyWhatIsFree() {
        World.Guest[] all = guests(1);
        all[0].wishes = Wishes.NONE;
        all[0].actual = 6 * GIB;
        all[0].target = 6 * GIB;
        all[0].need = 15 * GIB;
        assertThat(world.ticks(300)).noneMatch(each -> each.kind() == Command.Kind.SHRINK);
        assertThat(all[0].actual).as("1 GiB was free").isBetween(6 * GIB + GIB / 2, 7 * GIB);
        assertThat(world.tick().guests().get(0).lacking()).isPositive();
    }

    @Test
    void nobodysShareIsSmallerForWhoNeverOptedIn() {
        World.Guest[] all = guests(1);
        all[0].wishes = Wishes.NONE;
        world.ticks(60);
        long before = world.tick().guests().get(1).target();
        all[0].need = 15 * GIB;
        world.ticks(30);
        assertThat(world.tick().guests().get(1).target()).isEqualTo(before);
    }
}
