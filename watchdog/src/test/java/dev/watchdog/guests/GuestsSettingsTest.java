package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.guests.policy.PolicySettings;
import dev.watchdog.guests.policy.Wishes;
import dev.watchdog.guests.policy.Wishes.Consent;
import dev.watchdog.healing.DataSize;
import dev.watchdog.healing.Enabled;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GuestsSettingsTest {
    private static final long GIB = 1L << 30;
    private static final GuestsSettings SETTINGS = settings(
            rule("build-*", Optional.of(true), size(2), size(16), Optional.of(2.0)),
            rule("build-7", Optional.of(false), size(0), size(0), Optional.empty()),
            rule("db?", Optional.empty(), size(4), size(0), Optional.empty()),
            rule("*", Optional.of(false), Optional.empty(), Optional.empty(), Optional.empty()));

    @Test
    void theFirstRuleThatMatchesHolds() {
        assertThat(SETTINGS.wishes("build-7", MemoryWishes.NONE))
                .isEqualTo(new Wishes(Consent.IN, 2 * GIB, 16 * GIB, 2, ""));
        assertThat(SETTINGS.wishes("db1", MemoryWishes.NONE)).isEqualTo(new Wishes(Consent.UNASKED, 4 * GIB, 0, 1, ""));
        assertThat(SETTINGS.wishes("web", MemoryWishes.NONE)).isEqualTo(Wishes.OUT);
        assertThat(GuestsSettings.DEFAULTS.wishes("web", MemoryWishes.NONE)).isEqualTo(Wishes.NONE);
    }

    @Test
    void metadataWinsAttributeByAttribute() {
        MemoryWishes out =
                new MemoryWishes(Optional.of(false), Optional.empty(), Optional.empty(), Optional.of(3.0), "");
        MemoryWishes in = new MemoryWishes(Optional.of(true), size(1), Optional.empty(), Optional.empty(), "");

        assertThat(SETTINGS.wishes("build-1", out)).isEqualTo(new Wishes(Consent.OUT, 2 * GIB, 16 * GIB, 3, ""));
        assertThat(SETTINGS.wishes("build-1", in)).isEqualTo(new Wishes(Consent.IN, GIB, 16 * GIB, 2, ""));
        assertThat(SETTINGS.wishes("web", in)).isEqualTo(new Wishes(Consent.IN, GIB, 0, 1, ""));
    }

    @Test
    void aFloorOfTheOwnersAboveTheRulesCeilingHoldsAndIsTold() {
        MemoryWishes own = new MemoryWishes(Optional.empty(), size(20), Optional.empty(), Optional.empty(), "");

        Wishes wishes = SETTINGS.wishes("build-1", own);

        assertThat(wishes.optedIn()).isTrue();
        assertThat(wishes.floor()).isEqualTo(20 * GIB);
        assertThat(wishes.ceiling()).isZero();
        assertThat(wishes.problem()).contains("floor is above the ceiling");
    }

    @Test
    void aRuleDoesNotConsentForAnOwnerWhoWasNotUnderstood() {
        MemoryWishes own = new MemoryWishes(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), "its metadata: manage …");

        assertThat(SETTINGS.wishes("build-1", own).consent()).isEqualTo(Consent.UNASKED);
        assertThat(SETTINGS.wishes("web", own).consent()).isEqualTo(Consent.OUT);
    }

    @Test
    void theHostKeepsTheShippedReserveUnlessAnotherIsSet() {
        assertThat(GuestsSettings.DEFAULTS.policy(64 * GIB)).isEqualTo(PolicySettings.shipped(64 * GIB));
        assertThat(new GuestsSettings(Enabled.AUTO, Duration.ofSeconds(5), new DataSize(3 * GIB), List.of())
                        .policy(64 * GIB))
                .isEqualTo(new PolicySettings(5_000, 3 * GIB));
    }

    private static GuestsSettings settings(GuestRule... rules) {
        return new GuestsSettings(Enabled.AUTO, Duration.ofSeconds(1), new DataSize(0), List.of(rules));
    }

    private static GuestRule rule(
            String name,
            Optional<Boolean> manage,
            Optional<DataSize> floor,
            Optional<DataSize> ceiling,
            Optional<Double> weight) {
        return new GuestRule(NamePattern.parse(name), manage, floor, ceiling, weight);
    }

    private static Optional<DataSize> size(long gib) {
        return Optional.of(new DataSize(gib * GIB));
    }
}
