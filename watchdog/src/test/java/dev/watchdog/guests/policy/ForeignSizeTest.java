package dev.watchdog.guests.policy;

import static dev.watchdog.guests.policy.World.GIB;
import static dev.watchdog.guests.policy.World.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is told of a size that no order of ours explains. */
class ForeignSizeTest {
    private final World world = new World(16 * GIB);
    private final World.Guest idle = world.add("idle", 16 * GIB, 12 * GIB, GIB);
    private final World.Guest busy = world.add("busy", 16 * GIB, 4 * GIB, 2 * GIB);

    @Test
    void somebodyElsesChangeIsRespectedForTenMinutes() {
        world.ticks(60);
        idle.actual -= GIB;
        idle.target = idle.actual;
        world.tick();
        busy.need = 8 * GIB;
        assertThat(world.ticks(500)).noneMatch(each -> each.guest().equals("idle"));
        assertThat(world.ticks(200)).anyMatch(each -> each.guest().equals("idle"));
    }

    /** Somebody shrinks it a little further just when it was ordered to shrink, and then others need yet more. */
    @Test
    void aSizeFromOutsideJustAfterAnOrderOfOursIsRespectedAsWell() {
        world.ticks(60);
        Command ours = new Command("idle", Command.Kind.SHRINK, idle.actual - GIB, idle.actual, "");
        world.state = world.state.ordered(ours, world.second * 1_000);
        long byHand = ours.target() - 40 * MIB;
        idle.target = byHand;
        idle.actual = byHand;
        busy.need = 9 * GIB;
        assertThat(world.ticks(500)).noneMatch(each -> each.guest().equals("idle"));
        assertThat(idle.actual).isEqualTo(byHand);
        assertThat(world.tick().guests().get(0).untouchable()).isEqualTo(PolicyState.RESIZED);
    }

    /** A balloon moves on between the look and the order that cancels it. */
    @Test
    void whatAnOrderCrossesOnItsWayIsNobodyElses() {
        world.ticks(60);
        busy.need = 9 * GIB;
        world.ticks(2);
        Command cancel = new Command("idle", Command.Kind.CANCEL, idle.actual, idle.actual, "");
        world.state = world.state.ordered(cancel, world.second * 1_000);
        idle.target = idle.actual;
        idle.actual -= 300 * MIB;
        idle.health = 0;
        assertThat(world.tick().guests().get(0).untouchable()).doesNotContain("somebody else");
        idle.health = 1;
        world.ticks(5);
        assertThat(world.tick().guests().get(0).untouchable()).doesNotContain("somebody else");
    }
}
