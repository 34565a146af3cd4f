package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.guests.policy.Command;
import dev.watchdog.guests.policy.Command.Kind;
import dev.watchdog.guests.policy.GuestSample;
import dev.watchdog.guests.policy.HostSample;
import dev.watchdog.guests.policy.Sight;
import dev.watchdog.guests.policy.Wishes;
import dev.watchdog.healing.DataSize;
import dev.watchdog.healing.Enabled;
import dev.watchdog.linux.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PolicingTest {
    private static final long MIB = 1L << 20;
    private static final Moment NOW = new Moment("boot", Duration.ofHours(1), Instant.ofEpochSecond(1_000));

    /** 1,000 MiB beyond what the two have. */
    private final Policing policing =
            new Policing(new GuestsSettings(Enabled.AUTO, Duration.ofSeconds(1), DataSize.mebibytes(1_000), List.of()));

    @Test
    void what_is_free_is_handed_out_once_between_two_looks() {
        look();
        assertThat(policing.spend(grow("a", 700))).isTrue();
        assertThat(policing.spend(grow("b", 700))).isFalse();
        assertThat(policing.spend(grow("b", 300))).isTrue();
        assertThat(policing.spend(grow("b", 1))).isFalse();
        assertThat(policing.spend(new Command("b", Kind.SHRINK, 900 * MIB, 1_000 * MIB, "spare")))
                .isTrue();
    }

    @Test
    void what_was_ordered_stays_spent_at_the_next_look() {
        look();
        policing.ordered(grow("a", 700), NOW.sinceBoot().toMillis());
        look();
        assertThat(policing.spend(grow("b", 700))).isFalse();
        assertThat(policing.spend(grow("b", 300))).isTrue();
    }

    private void look() {
        HostSample host = new HostSample(4_000 * MIB, 2_000 * MIB, HostSample.Heat.COOL);
        policing.look(new Sight(NOW, host, List.of(guest("a"), guest("b"))));
    }

    private static Command grow(String guest, long mib) {
        return new Command(guest, Kind.GROW, (1_000 + mib) * MIB, 1_000 * MIB, "short");
    }

    private static GuestSample guest(String id) {
        return new GuestSample(
                id,
                id,
                1_000 * MIB,
                4_000 * MIB,
                500 * MIB,
                0,
                1_000 * MIB,
                GuestSample.MISSING,
                0,
                0,
                0,
                1_000,
                "",
                Wishes.IN);
    }
}
