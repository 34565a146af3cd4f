package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.healing.Sections;
import dev.watchdog.libvirt.LibvirtSettings;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExpectedLibvirtTest {
    private static final String USUAL = LibvirtSettings.SHIPPED.uri();
    private static final String FURTHER = "test:///default";

    private static Sections written(String... keys) {
        return new Sections(Map.of(LibvirtSettings.class, new LibvirtSettings(USUAL, List.of(FURTHER))), Set.of(keys));
    }

    @Test
    void whatSomebodyWroteIsExpectedAlsoWhereItIsTheUsual() {
        assertThat(GuestsRuntime.isExpected(written("libvirt.uri"), USUAL)).isTrue();
        assertThat(GuestsRuntime.isExpected(written("libvirt.uri"), FURTHER)).isFalse();
        assertThat(GuestsRuntime.isExpected(written("libvirt.uris"), FURTHER)).isTrue();
        assertThat(GuestsRuntime.isExpected(written("libvirt.uris"), USUAL)).isFalse();
        assertThat(GuestsRuntime.isExpected(Sections.NONE, USUAL)).isFalse();
    }
}
