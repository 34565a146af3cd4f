package dev.watchdog.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LibvirtSettingsTest {
    private static final String SYSTEM = "qemu:///system";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "qemu:///session",
                "qemu+unix:///system?socket=/run/libvirt-2/libvirt-sock",
                "qemu+unix:///embed?root=/srv",
                "ch:///system",
                "test:///default"
            })
    void whatVirshTakesIsAURI(String uri) {
        assertThat(new LibvirtSettings(uri, List.of(SYSTEM)).all()).containsExactly(uri, SYSTEM);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "system", "qemu:/system", "qemu:///a b", "qemu:///a\u0000", "QEMU:///x", "+:///x"})
    void anythingElseIsRefused(String uri) {
        assertThatThrownBy(() -> new LibvirtSettings(uri, List.of())).hasMessageContaining("must be a libvirt URI");
        assertThatThrownBy(() -> new LibvirtSettings(SYSTEM, List.of(uri)))
                .hasMessageContaining("must be a libvirt URI");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "qemu+ssh://root@[fd00::1]:22/system",
                "qemu://far.example/system",
                "qemu+tls:///system",
                "qemu+tcp://127.0.0.1/system",
                "qemu+libssh2://far.example/system",
                "esx://vcenter.example/host",
                "qemu+ext:///system?command=/usr/bin/anything"
            })
    void anotherHostsLibvirtIsRefusedInOneLine(String uri) {
        assertThatThrownBy(() -> new LibvirtSettings(uri, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .contains("must be a libvirt of this host")
                .doesNotContain("\n");
        assertThatThrownBy(() -> new LibvirtSettings(SYSTEM, List.of(uri)))
                .hasMessageContaining("must be a libvirt of this host");
    }

    @Test
    void oneTooLongOrThereTwiceIsRefused() {
        assertThatThrownBy(() -> new LibvirtSettings(SYSTEM + "x".repeat(1024), List.of()))
                .hasMessageContaining("at most 1024");
        assertThatThrownBy(() -> new LibvirtSettings(SYSTEM, List.of(SYSTEM)))
                .hasMessageContaining("must not name one URI twice");
        assertThatThrownBy(() -> new LibvirtSettings(SYSTEM, List.of("test:///a", "test:///a")))
                .hasMessageContaining("must not name one URI twice");
    }
}
