package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OverlayLayerTest {
    @ParameterizedTest
    @CsvSource({
        "/var/lib/docker/overlay2/0a1b/merged, /var/lib/docker/overlay2/0a1b/diff",
        "/data/my docker/231072.231072/overlay2/0a1b-init/merged, /data/my docker/231072.231072/overlay2/0a1b-init/diff",
    })
    void pathsOfOneLayer(String rootfs, String upper) {
        assertThat(OverlayLayer.objection(rootfs, upper)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "/, /diff",
        "/etc, /etc/diff",
        "/etc/merged, /etc/diff",
        "'', ''",
        "/overlay2/a/merged, /overlay2/a/diff",
        "overlay2/a/merged, overlay2/a/diff",
        "/d/overlay2/a/merged/, /d/overlay2/a/diff",
        "/d//overlay2/a/merged, /d//overlay2/a/diff",
        "/d/../etc/overlay2/a/merged, /d/../etc/overlay2/a/diff",
        "/d/./overlay2/a/merged, /d/./overlay2/a/diff",
        "/d/overlay2/../merged, /d/overlay2/../diff",
        "/d/overlay2/a/b/merged, /d/overlay2/a/b/diff",
        "/d/overlay2/a/merged, /d/overlay2/b/diff",
        "/d/overlay2/a/merged, /e/overlay2/a/diff",
        "/d/overlay2/a/merged, /d/overlay2/a/diff/",
        "/d/overlay2/a/merged, ''",
    })
    void isNoLayer(String rootfs, String upper) {
        assertThat(OverlayLayer.objection(rootfs, upper)).isNotNull();
    }

    @Test
    void controlCharactersAreInNoPath() {
        assertThat(OverlayLayer.objection("/d\n/overlay2/a/merged", "/d\n/overlay2/a/diff"))
                .isNotNull();
        assertThat(OverlayLayer.objection("/d/overlay2/a/merged\n", "/d/overlay2/a/diff"))
                .isNotNull();
    }
}
