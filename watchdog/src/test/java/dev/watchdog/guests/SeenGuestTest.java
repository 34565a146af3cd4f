package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.guests.policy.GuestSample;
import dev.watchdog.guests.policy.GuestSetup.Kept;
import dev.watchdog.guests.policy.GuestSetup.Limits;
import dev.watchdog.guests.policy.GuestSetup.Start;
import dev.watchdog.libvirt.GuestStats;
import dev.watchdog.libvirt.MadeUp;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What the policy is told of a guest, by what libvirt says of it. The numbers are those of real guests. */
class SeenGuestTest {
    private static final long KIB = 1024;
    private static final MemoryBacking NVDIMM = new MemoryBacking(1_048_576 * KIB, false, List.of(), false);
    private static final Start LONG_AGO = Start.LONG_AGO;

    private static SeenGuest seen(Map<String, Long> balloon, MemoryBacking backing) {
        return seen(balloon, backing, GuestStats.State.RUNNING, SeenGuest.Voice.HEARD);
    }

    private static SeenGuest seen(
            Map<String, Long> balloon, MemoryBacking backing, GuestStats.State state, SeenGuest.Voice voice) {
        Map<String, Long> values = new HashMap<>();
        balloon.forEach((name, value) -> values.put("balloon." + name, value));
        GuestDescription description = new GuestDescription(true, false, 10, List.of(), MemoryWishes.NONE, backing, "");
        return SeenGuest.of(
                "x", MadeUp.stats(new UUID(1, 2), "web", state, values), description, voice, GuestsSettings.DEFAULTS);
    }

    @Test
    void whatNoBalloonReachesIsNotInItsMaximum() {
        Map<String, Long> told = Map.of("current", 524_288L, "maximum", 1_572_864L, "rss", 1_352_352L);
        GuestSample sample = seen(told, NVDIMM)
                .with(new Placement(Limits.NONE, "", false, 900_000 * KIB), LONG_AGO)
                .sample();
        assertThat(sample.maximum()).isEqualTo(524_288 * KIB);
        assertThat(sample.actual()).isEqualTo(524_288 * KIB);
        assertThat(sample.resident()).as("less the file that it maps").isEqualTo((1_352_352 - 900_000) * KIB);
    }

    @Test
    void withoutADriverItHasItsRamAndNotItsMaximum() {
        Map<String, Long> told = Map.of("current", 1_572_864L, "maximum", 1_572_864L, "rss", 300_000L);
        GuestSample sample =
                seen(told, NVDIMM).with(Placement.UNKNOWN, LONG_AGO).sample();
        assertThat(sample.actual()).isEqualTo(524_288 * KIB);
        assertThat(sample.resident()).isEqualTo(300_000 * KIB);
        assertThat(sample.setup().limits()).isEqualTo(Limits.UNKNOWN);
    }

    @Test
    void howItWasBuiltAndStartedIsTold() {
        Map<String, Long> told = Map.of("current", 524_288L, "maximum", 524_288L, "rss", 300_000L);
        Start start = new Start(5_000, new Kept(7, 8));
        SeenGuest guest = seen(told, new MemoryBacking(0, true, List.of(), false))
                .with(new Placement(new Limits(true, List.of("/machine")), "", false, 0), start);
        assertThat(guest.sample().setup().limits().names()).containsExactly("/machine");
        assertThat(guest.sample().setup().statsPeriod()).isEqualTo(10_000);
        assertThat(guest.sample().setup().hugePages()).isTrue();
        assertThat(guest.sample().setup().start()).isEqualTo(start);
        assertThat(guest.isLeftAlone()).isFalse();
    }

    @Test
    void whatItsProcessShowsSpeaksAgainstItAsItsXmlDoes() {
        Map<String, Long> told = Map.of("current", 524_288L, "maximum", 524_288L, "rss", 300_000L);
        SeenGuest guest = seen(told, MemoryBacking.ORDINARY)
                .with(new Placement(Limits.NONE, Obstacles.LOCKED, false, 0), LONG_AGO);
        assertThat(guest.sample().obstacle()).isEqualTo(Obstacles.LOCKED);
        assertThat(guest.isLeftAlone()).isTrue();
    }

    @Test
    void aLookThatSaysNothingIsMarkedAndTakesNothingForKnown() {
        SeenGuest skipped = seen(Map.of("current", 524_288L, "maximum", 524_288L), MemoryBacking.ORDINARY);
        assertThat(skipped.sample().obstacle()).isEqualTo(SeenGuest.SKIPPED);
        assertThat(skipped.sample().resident()).isEqualTo(GuestSample.MISSING);
        assertThat(skipped.sample().usable()).isEqualTo(GuestSample.MISSING);
        assertThat(skipped.isLeftAlone()).isFalse();
    }

    @Test
    void silenceIsNamedByWhatIsKnownOfIt() {
        Map<String, Long> nothing = Map.of();
        GuestStats.State runs = GuestStats.State.RUNNING;
        assertThat(seen(nothing, MemoryBacking.ORDINARY, runs, SeenGuest.Voice.NEVER)
                        .sample()
                        .obstacle())
                .isEqualTo(SeenGuest.NO_STATISTICS);
        assertThat(seen(nothing, MemoryBacking.ORDINARY, runs, SeenGuest.Voice.SILENT)
                        .sample()
                        .obstacle())
                .isEqualTo(SeenGuest.SILENT);
        assertThat(seen(nothing, MemoryBacking.ORDINARY, runs, SeenGuest.Voice.BUSY)
                        .sample()
                        .obstacle())
                .isEqualTo(SeenGuest.BUSY);
        assertThat(seen(nothing, MemoryBacking.ORDINARY, GuestStats.State.PAUSED, SeenGuest.Voice.BUSY)
                        .sample()
                        .obstacle())
                .isEqualTo("it is paused");
    }
}
