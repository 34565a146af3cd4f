package dev.watchdog.guests.policy;

import static dev.watchdog.guests.policy.World.GIB;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A look that libvirt was too busy for: it tells a size alone, or leaves the guest out. */
class SkippedLookTest {
    private final World world = new World(16 * GIB);
    private final World.Guest big = world.add("big", 12 * GIB, 12 * GIB, 2 * GIB);
    private final World.Guest other = world.add("other", 6 * GIB, 4 * GIB, 3 * GIB);

    private static void skip(World.Guest guest, boolean whole, boolean now) {
        if (whole) {
            guest.missed = now;
        } else {
            guest.skipped = now;
        }
    }

    private void skipping(boolean whole, int seconds, Consumer<Verdict> each) {
        for (int i = 0; i < seconds; i++) {
            skip(big, whole, i % 3 != 0);
            each.accept(world.tick());
        }
        skip(big, whole, false);
    }

    /** Its whole size was needed and what it holds was dropped from the budget, for a second each time. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nothingIsMissingForIt(boolean whole) {
        world.ticks(60);
        other.need = 5 * GIB;
        skipping(whole, 60, verdict -> {
            assertThat(verdict.host().missing()).isZero();
            assertThat(verdict.host().budget()).isEqualTo(16 * GIB);
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nobodyIsSqueezedForIt(boolean whole) {
        world.ticks(60);
        skipping(whole, 60, verdict -> assertThat(verdict.commands()).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatItHoldsIsNotGivenAway(boolean whole) {
        big.wishes = Wishes.NONE;
        world.ticks(60);
        other.need = 5 * GIB;
        skipping(whole, 60, verdict -> assertThat(world.held()).isLessThanOrEqualTo(16 * GIB));
        assertThat(other.actual).isEqualTo(4 * GIB);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nothingIsTakenFromItMeanwhile(boolean whole) {
        world.ticks(60);
        other.need = 6 * GIB;
        skip(big, whole, true);
        List<Command> commands = world.ticks(10);
        assertThat(commands).noneMatch(each -> each.guest().equals("big"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void itsNeedOfAMomentAgoIsShownUntilItIsTooOld(boolean whole) {
        world.ticks(60);
        skip(big, whole, true);
        world.ticks(14);
        assertThat(world.tick().host().needed()).isEqualTo(5 * GIB);
        world.ticks(5);
        assertThat(world.tick().host().needed()).isEqualTo(3 * GIB);
    }

    /** Somebody else has made it larger, and the look that shows that does not tell what is there of it. */
    @Test
    void whatItWasGivenByOthersMeanwhileIsNotCountedTwice() {
        world.limits.put("/machine.slice", new World.Limit(15 * GIB, 0));
        big.limits.add("/machine.slice");
        other.limits.add("/machine.slice");
        big.wishes = Wishes.NONE;
        big.actual = 4 * GIB;
        big.target = 4 * GIB;
        other.need = GIB;
        world.ticks(60);
        big.actual = 10 * GIB;
        big.target = 10 * GIB;
        big.skipped = true;
        assertThat(world.tick().commands()).isEmpty();
        big.skipped = false;
        assertThat(world.ticks(20)).noneMatch(each -> each.kind() == Command.Kind.SHRINK);
    }

    /** Where it has gone, and nobody has told, it holds nothing: nobody gives for it. */
    @Test
    void nobodyGivesForAGuestThatHasGone() {
        World.Limit limit = new World.Limit(17 * GIB, 0);
        world.limits.put("/machine.slice", limit);
        big.limits.add("/machine.slice");
        other.limits.add("/machine.slice");
        world.ticks(60);
        world.guests.remove(big);
        limit.bytes = 9 * GIB;
        assertThat(world.ticks(30)).isEmpty();
    }

    /** Its size is new and what it holds is of the look before: the difference is not QEMU's own use. */
    @Test
    void whatItGaveSinceIsNotTakenForWhatItsProgramUses() {
        world.limits.put("its own", new World.Limit(12 * GIB + GIB / 4, 0));
        big.limits.add("its own");
        big.wishes = Wishes.NONE;
        world.ticks(60);
        long before = world.tick().guests().get(0).ceiling();
        assertThat(before).isLessThan(12 * GIB);
        big.actual -= GIB;
        big.target = big.actual;
        big.skipped = true;
        assertThat(world.tick().guests().get(0).ceiling()).isEqualTo(before);
    }

    /** Its only report since is of the second in which it grew and nobody looked: what it can spare is of the larger size. */
    @Test
    void whatItGrewByMeanwhileIsNotTakenOffItsNeed() {
        world.ticks(60);
        other.need = 4 * GIB - World.MIB;
        assertThat(world.tick().commands()).extracting(Command::guest).contains("other");
        other.missed = true;
        world.tick();
        assertThat(other.actual).isGreaterThan(4 * GIB + GIB / 8);
        other.missed = false;
        other.silent = true;
        GuestFinding found = world.tick().guests().stream()
                .filter(each -> each.guest().equals("other"))
                .findFirst()
                .orElseThrow();
        assertThat(found.need()).isGreaterThanOrEqualTo(other.need);
    }
}
