package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.guests.policy.Command;
import dev.watchdog.guests.policy.Command.Kind;
import dev.watchdog.guests.policy.GuestSample;
import dev.watchdog.guests.policy.HostFinding;
import dev.watchdog.guests.policy.PolicyState;
import dev.watchdog.guests.policy.Verdict;
import dev.watchdog.guests.policy.Wishes;
import dev.watchdog.linux.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MoveTest {
    private static final long MIB = 1L << 20;
    private static final UUID GUEST = UUID.randomUUID();
    private static final Duration BEGUN = Duration.ofHours(1);

    private final Move shrink = move(Kind.SHRINK, 2_000, 1_500);
    private final Move grow = move(Kind.GROW, 1_000, 1_500);

    @Test
    void a_shrink_goes_on_until_its_target_is_reached() {
        assertThat(shrink.progress(seen(2_000))).isInstanceOf(Move.Progress.Going.class);
        assertThat(shrink.progress(seen(1_505))).isInstanceOf(Move.Progress.Going.class);
        assertThat(shrink.progress(seen(1_504))).isEqualTo(new Move.Progress.Reached(1_504 * MIB));
        assertThat(shrink.progress(seen(1_490))).isInstanceOf(Move.Progress.Reached.class);
    }

    @Test
    void so_does_a_grow() {
        assertThat(grow.progress(seen(1_000))).isInstanceOf(Move.Progress.Going.class);
        assertThat(grow.progress(seen(1_495))).isInstanceOf(Move.Progress.Going.class);
        assertThat(grow.progress(seen(1_496))).isInstanceOf(Move.Progress.Reached.class);
    }

    @Test
    void a_size_that_the_order_does_not_explain_is_somebody_elses() {
        assertThat(shrink.progress(seen(2_065))).isInstanceOf(Move.Progress.Foreign.class);
        assertThat(shrink.progress(seen(1_435))).isInstanceOf(Move.Progress.Foreign.class);
        assertThat(grow.progress(seen(935))).isInstanceOf(Move.Progress.Foreign.class);
        assertThat(grow.progress(seen(1_565))).isInstanceOf(Move.Progress.Foreign.class);
    }

    @Test
    void the_policy_may_end_it_where_it_says() {
        assertThat(shrink.progress(
                        seen(1_800, new Command(GUEST.toString(), Kind.CANCEL, 1_800 * MIB, 1_800 * MIB, "stuck"))))
                .isEqualTo(new Move.Progress.Ends(1_800 * MIB, 1_800 * MIB, "stuck"));
        assertThat(shrink.progress(
                        seen(1_800, new Command(GUEST.toString(), Kind.ROLL_BACK, 2_000 * MIB, 1_800 * MIB, "hurt"))))
                .isEqualTo(new Move.Progress.Ends(2_000 * MIB, 1_800 * MIB, "hurt"));
    }

    @Test
    void a_shrink_of_who_is_to_grow_ends_where_it_is_and_a_grow_goes_on() {
        Command more = new Command(GUEST.toString(), Kind.GROW, 2_500 * MIB, 1_400 * MIB, "short");
        assertThat(shrink.progress(seen(1_800, more)))
                .isEqualTo(new Move.Progress.Ends(1_400 * MIB, 1_400 * MIB, "short"));
        assertThat(grow.progress(seen(1_400, more))).isInstanceOf(Move.Progress.Going.class);
    }

    @Test
    void when_its_time_is_up_what_the_guest_has_becomes_its_target() {
        Round late = round(BEGUN.plusMinutes(2), seen(1_800).guests().get(GUEST), List.of(), Set.of());
        assertThat(shrink.progress(late))
                .isEqualTo(new Move.Progress.Ends(1_800 * MIB, 1_800 * MIB, "its time was up"));
    }

    @Test
    void who_is_not_seen_has_gone_only_when_everybody_answered() {
        assertThat(shrink.progress(round(BEGUN, null, List.of(), Set.of("libvirt:x"))))
                .isInstanceOf(Move.Progress.Going.class);
        assertThat(shrink.progress(round(BEGUN.plusMinutes(2), null, List.of(), Set.of("libvirt:x"))))
                .isInstanceOf(Move.Progress.Lost.class);
        assertThat(shrink.progress(round(BEGUN, null, List.of(), Set.of()))).isInstanceOf(Move.Progress.Gone.class);
        assertThat(shrink.progress(round(BEGUN, seen(-1).guests().get(GUEST), List.of(), Set.of())))
                .isInstanceOf(Move.Progress.Going.class);
    }

    private static Move move(Kind kind, long from, long to) {
        Command order = new Command(GUEST.toString(), kind, to * MIB, from * MIB, "a test");
        return new Move(GUEST, "x", "name", order, BEGUN, BEGUN.plusMinutes(1), false);
    }

    private static Round seen(long actualMib, Command... commands) {
        GuestSample sample = new GuestSample(
                GUEST.toString(),
                "name",
                actualMib * MIB,
                4_096 * MIB,
                0,
                0,
                0,
                GuestSample.MISSING,
                0,
                0,
                0,
                1,
                "",
                Wishes.IN);
        SeenGuest guest = new SeenGuest("x", GUEST, "name", true, GuestDescription.UNREAD, "", sample);
        return round(BEGUN, guest, List.of(commands), Set.of());
    }

    private static Round round(
            Duration at,
            @org.jspecify.annotations.Nullable SeenGuest guest,
            List<Command> commands,
            Set<String> blind) {
        Verdict verdict = new Verdict(PolicyState.EMPTY, commands, List.of(), new HostFinding(0, 0, 0, 0, ""));
        return Round.of(
                new Moment("boot", at, Instant.EPOCH), guest == null ? List.of() : List.of(guest), blind, verdict);
    }
}
