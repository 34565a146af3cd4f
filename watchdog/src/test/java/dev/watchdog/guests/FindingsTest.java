package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.guests.policy.HostFinding;
import dev.watchdog.guests.policy.PolicyState;
import dev.watchdog.guests.policy.Verdict;
import dev.watchdog.healing.FaultKey;
import dev.watchdog.healing.Finding;
import dev.watchdog.linux.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FindingsTest {
    private static final long MIB = 1L << 20;

    private final Findings findings = new Findings(GuestsSettings.DEFAULTS);

    @Test
    void a_host_is_short_from_more_than_what_wavers_until_nothing_is_missing() {
        assertThat(host(63 * MIB)).isInstanceOf(Finding.Healthy.class);
        assertThat(host(64 * MIB)).isInstanceOf(Finding.Faulty.class);
        assertThat(host(MIB)).isInstanceOf(Finding.Faulty.class);
        assertThat(host(0)).isInstanceOf(Finding.Healthy.class);
        assertThat(host(MIB)).isInstanceOf(Finding.Healthy.class);
    }

    @Test
    void a_host_is_not_called_healthy_while_a_hypervisor_is_silent() {
        assertThat(findings.of(round(0, Set.of("libvirt:qemu:///system"))).get(0))
                .isInstanceOf(Finding.Unknown.class);
    }

    @Test
    void what_is_healthy_is_told_once_and_again_when_the_healer_asks_and_gone_when_it_is() {
        Told told = new Told();
        Round round = round(0, Set.of());
        Finding host = findings.of(round).get(0);
        assertThat(told.news(List.of(host), round)).containsExactly(host);
        assertThat(told.news(List.of(host), round)).isEmpty();
        told.ask(host.key());
        assertThat(told.news(List.of(host), round)).containsExactly(host);
        FaultKey stranger = new FaultKey(dev.watchdog.events.Subject.parse("guest/1"), Kinds.STUCK.name());
        told.ask(stranger);
        assertThat(told.news(List.of(host), round(0, Set.of("libvirt:x")))).isEmpty();
        assertThat(told.news(List.of(host), round))
                .singleElement()
                .isInstanceOf(Finding.Gone.class)
                .extracting(Finding::key)
                .isEqualTo(stranger);
    }

    private Finding host(long missing) {
        return findings.of(round(missing, Set.of())).get(0);
    }

    private static Round round(long missing, Set<String> blind) {
        Moment now = new Moment("boot", Duration.ofHours(1), Instant.EPOCH);
        HostFinding host = new HostFinding(1024 * MIB, 0, 0, missing, "some are missing");
        return Round.of(now, List.of(), blind, new Verdict(PolicyState.EMPTY, List.of(), List.of(), host));
    }
}
