package dev.watchdog.guests.policy;

import static dev.watchdog.guests.policy.World.GIB;
import static dev.watchdog.guests.policy.World.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What was taken is given back when nobody watches any more. */
class ReleaseTest {
    private final World world = new World(16 * GIB);
    private final World.Guest one = world.add("one", 6 * GIB, 6 * GIB, GIB);
    private final World.Guest two = world.add("two", 6 * GIB, 6 * GIB, GIB);

    private void shrinkBoth() {
        world.ticks(60);
        world.heat = HostSample.Heat.HOT;
        world.ticks(40);
        assertThat(world.held()).isLessThan(6 * GIB);
    }

    private List<Command> release(String... guests) {
        List<Command> commands = Release.of(world.state, world.sight(), world.settings, Set.of(guests));
        for (Command command : commands) {
            world.state = world.state.ordered(command, world.second * 1_000);
            world.guest(command.guest()).target = command.target();
        }
        return commands;
    }

    @Test
    void everyGuestGetsBackWhatItHadBefore() {
        shrinkBoth();
        release("one", "two");
        world.heat = HostSample.Heat.COOL;
        world.ticks(5);
        assertThat(one.actual).isEqualTo(6 * GIB);
        assertThat(two.actual).isEqualTo(6 * GIB);
        assertThat(release("one", "two")).isEmpty();
    }

    @Test
    void onlyThoseWhoAreAskedForAreReleased() {
        shrinkBoth();
        assertThat(release("two")).extracting(Command::guest).containsExactly("two");
    }

    @Test
    void whatTheHostHasFreeGoesToThoseInMostNeedFirst() {
        shrinkBoth();
        two.need = two.actual - 300 * MIB;
        two.refused = true;
        world.add("grown", 12 * GIB, 16 * GIB - world.held() - 2 * GIB, GIB).wishes = Wishes.NONE;
        world.ticks(3);
        two.refused = false;
        List<Command> commands = release("one", "two");
        assertThat(commands).isNotEmpty();
        assertThat(commands.get(0).guest()).isEqualTo("two");
        assertThat(world.held()).isLessThanOrEqualTo(16 * GIB);
    }

    @Test
    void nothingIsTakenFromAnybodyForIt() {
        shrinkBoth();
        world.add("big", 16 * GIB, 16 * GIB - world.held(), 9 * GIB);
        world.tick();
        assertThat(release("one", "two")).isEmpty();
    }

    @Test
    void whoWasNeverShrunkIsOwedNothing() {
        world.ticks(60);
        assertThat(release("one", "two")).isEmpty();
    }

    /** After the agent was restarted: what it was told to keep is handed in again. */
    @Test
    void whatIsOwedSurvivesTheAgent() {
        shrinkBoth();
        Verdict last = world.tick();
        world.guests.forEach(each -> each.kept = last.guests().stream()
                .filter(found -> found.guest().equals(each.id))
                .findAny()
                .orElseThrow()
                .kept());
        assertThat(one.kept.whole()).isEqualTo(6 * GIB);
        world.state = PolicyState.EMPTY;
        world.tick();
        release("one");
        assertThat(one.target).isEqualTo(6 * GIB);
    }

    @Test
    void whoOptsOutIsGivenBackAtOnceAndThenLeftAlone() {
        shrinkBoth();
        one.wishes = Wishes.OUT;
        List<Command> commands = world.ticks(5);
        assertThat(commands).extracting(Command::guest).contains("one");
        assertThat(one.actual).isEqualTo(6 * GIB);
        assertThat(world.ticks(300)).noneMatch(each -> each.guest().equals("one"));
    }

    @Test
    void whatIsNotFreeWithinAMinuteOfOptingOutIsForgotten() {
        shrinkBoth();
        World.Guest big = world.add("big", 16 * GIB, 16 * GIB - world.held(), 9 * GIB);
        big.wishes = Wishes.NONE;
        one.wishes = Wishes.OUT;
        world.ticks(70);
        big.actual = 4 * GIB;
        big.target = 4 * GIB;
        assertThat(world.ticks(100)).noneMatch(each -> each.guest().equals("one"));
    }

    /** The first look after an order still shows all of it. */
    @Test
    void aBalloonThatHasNotBegunToGiveIsOwedAllThatItHad() {
        world.ticks(60);
        world.heat = HostSample.Heat.WARM; // nothing is given for comfort
        one.health = 0;
        world.state = world.state.ordered(
                new Command("one", Command.Kind.SHRINK, 2 * GIB, 6 * GIB, ""), world.second * 1_000);
        one.target = 2 * GIB;
        world.ticks(2);
        one.health = 1;
        world.ticks(6);
        assertThat(world.state.guests().get("one"))
                .isNotNull()
                .satisfies(each -> assertThat(each.debt().whole()).isEqualTo(6 * GIB));
    }

    @Test
    void aSizeThatAPersonAskedForIsNotUndone() {
        shrinkBoth();
        world.state = world.state.resizedByHand("one", world.second * 1_000);
        world.tick();
        assertThat(release("one")).isEmpty();
    }

    @Test
    void aSizeThatSomebodyElseChoseIsNotUndone() {
        shrinkBoth();
        one.actual -= 400 * MIB;
        one.target = one.actual;
        world.ticks(5);
        assertThat(release("one")).isEmpty();
    }
}
