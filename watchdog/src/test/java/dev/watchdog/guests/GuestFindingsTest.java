package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.guests.policy.GuestFinding;
import dev.watchdog.guests.policy.GuestSample;
import dev.watchdog.guests.policy.GuestSetup;
import dev.watchdog.guests.policy.HostFinding;
import dev.watchdog.guests.policy.PolicyState;
import dev.watchdog.guests.policy.Pressure;
import dev.watchdog.guests.policy.SharedLimit;
import dev.watchdog.guests.policy.Verdict;
import dev.watchdog.guests.policy.Wishes;
import dev.watchdog.healing.Command;
import dev.watchdog.healing.Finding;
import dev.watchdog.healing.Planned;
import dev.watchdog.linux.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What people are told of one guest, and what they may order for it, by what the policy found. */
class GuestFindingsTest {
    private static final long MIB = 1L << 20;
    private static final UUID ID = new UUID(3, 4);
    private static final Moment NOW = new Moment("boot", Duration.ofHours(1), Instant.EPOCH);

    private Pressure pressure = Pressure.GREEN;
    private Pressure shortness = Pressure.GREEN;
    private String limit = "";
    private long ceiling = 1_024;
    private List<SharedLimit> limits = List.of();
    private GuestSetup.Limits bounds = GuestSetup.Limits.NONE;

    private Round round() {
        GuestSample sample = new GuestSample(
                        ID.toString(),
                        "web",
                        512 * MIB,
                        1_024 * MIB,
                        100 * MIB,
                        0,
                        400 * MIB,
                        -1,
                        0,
                        0,
                        0,
                        NOW.wall().getEpochSecond() + 1,
                        "",
                        Wishes.IN)
                .withSetup(new GuestSetup(bounds, 1_000, false, GuestSetup.Start.LONG_AGO));
        SeenGuest guest = new SeenGuest(
                "x", ID, "web", true, new GuestDescription(true, true, 1, List.of(), MemoryWishes.NONE), "", sample);
        GuestFinding found = new GuestFinding(
                ID.toString(),
                pressure,
                500 * MIB,
                0,
                512 * MIB,
                128 * MIB,
                ceiling * MIB,
                512 * MIB,
                0,
                false,
                false,
                "",
                "",
                "",
                new GuestFinding.Bounds(shortness, limit, 0),
                GuestSetup.Kept.NOTHING);
        HostFinding host = new HostFinding(8_192 * MIB, 512 * MIB, 500 * MIB, 0, "");
        return Round.of(
                NOW, List.of(guest), Set.of(), limits, new Verdict(PolicyState.EMPTY, List.of(), List.of(found), host));
    }

    private Finding pressed() {
        return new Findings(GuestsSettings.DEFAULTS)
                .of(round()).stream()
                        .filter(each -> each.kind().equals(Kinds.PRESSURE.name()))
                        .findFirst()
                        .orElseThrow();
    }

    @Test
    void suddenFaultsAloneAreNoFault() {
        pressure = Pressure.YELLOW;
        assertThat(pressed()).isInstanceOf(Finding.Healthy.class);
        shortness = Pressure.YELLOW;
        assertThat(pressed()).isInstanceOf(Finding.Faulty.class);
    }

    @Test
    void whatWouldHelpIsNamed() {
        shortness = Pressure.RED;
        ceiling = 512;
        assertThat(((Finding.Faulty) pressed()).evidence().summary()).endsWith("raise its ceiling");
        limit = "/machine.slice/web";
        assertThat(((Finding.Faulty) pressed()).evidence().summary())
                .isEqualTo("web needs 500 MiB and has 512 MiB, which is all that it may have: raise the limit of"
                        + " /machine.slice/web");
    }

    private String refusal(String memory) {
        Command command = new Command("c", MemoryOrder.VERB.name(), Map.of("guest", "web", "memory", memory), "t", "");
        Planned planned = MemoryOrder.plan(round(), command);
        return planned instanceof Planned.Refused refused ? refused.why() : "";
    }

    @Test
    void nobodyIsOrderedMoreThanItsLimitsAllow() {
        assertThat(refusal("700MiB")).isEmpty();
        bounds = new GuestSetup.Limits(true, List.of("/machine.slice"));
        limits = List.of(
                new SharedLimit("/other", 1, 1, dev.watchdog.guests.policy.HostSample.Heat.COOL),
                new SharedLimit(
                        "/machine.slice", 1_000 * MIB, 900 * MIB, dev.watchdog.guests.policy.HostSample.Heat.COOL));
        assertThat(refusal("600MiB")).isEmpty();
        assertThat(refusal("700MiB")).endsWith("/machine.slice has 100 MiB to give");
        ceiling = 600;
        limit = "/machine.slice";
        assertThat(refusal("700MiB")).endsWith("its ceiling is 600 MiB, by the limit of /machine.slice");
        bounds = GuestSetup.Limits.UNKNOWN;
        assertThat(refusal("520MiB")).endsWith("what its control groups allow is not known");
        assertThat(refusal("400MiB")).as("less needs no limit").isEmpty();
    }
}
