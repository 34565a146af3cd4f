package dev.watchdog.containerd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ContainerdSettingsTest {
    @Test
    void absoluteDirectoriesAreTakenAndNothingElse() {
        assertThat(new ContainerdSettings(List.of("/run/containerd", "/run/k3s/containerd")).states())
                .hasSize(2);
        assertThat(new ContainerdSettings(List.of()).states()).isEmpty();
        for (String odd : List.of("", "/", "run", "/run/", "/run/../etc", "/a//b", "/a\nb", "/" + "x".repeat(120))) {
            assertThatThrownBy(() -> new ContainerdSettings(List.of(odd)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("/run/containerd");
        }
    }

    @Test
    void namesAreThoseThatContainerdTakes() {
        for (String name : List.of("a", "k8s.io", "x-y_z.0", "9f".repeat(32))) {
            assertThat(Bundles.isIdentifier(name)).as(name).isTrue();
        }
        for (String name : List.of("", ".", "..", "-a", "a/b", "a b", "a\n", "ä", "a".repeat(77))) {
            assertThat(Bundles.isIdentifier(name)).as(name).isFalse();
        }
    }
}
