package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.docker.EngineInfo;
import dev.watchdog.events.Evidence;
import dev.watchdog.events.Subject;
import dev.watchdog.healing.Explanation;
import dev.watchdog.healing.Finding;
import dev.watchdog.linux.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class AtRiskTest {
    private static final Moment NOW = new Moment("boot", Duration.ofSeconds(1), Instant.EPOCH);
    private static final Subject ENGINE = new Subject("engine", "var-run-docker-sock");
    private static final String OPTION = "MountFlags=slave (/etc/systemd/system/docker.service.d/a.conf)";

    private static EngineSetup setup(boolean liveRestore, boolean own, List<String> options) {
        return new EngineSetup(
                new EngineInfo("id", "20.10.24", "1.41", "overlay2", "/var/lib/docker", liveRestore, false),
                77,
                5,
                own,
                "docker.service",
                options);
    }

    @Test
    void onlyLiveRestoreInAnotherNamespaceIsARisk() {
        List<AtRisk.Apart> shim = List.of(new AtRisk.Apart("shim", 8, 6));
        assertThat(AtRisk.of(ENGINE, setup(true, true, List.of()), List.of(), NOW))
                .isInstanceOf(Finding.Faulty.class);
        assertThat(AtRisk.of(ENGINE, setup(true, false, List.of()), shim, NOW)).isInstanceOf(Finding.Faulty.class);
        assertThat(AtRisk.of(ENGINE, setup(true, false, List.of()), List.of(), NOW))
                .isInstanceOf(Finding.Healthy.class);
        assertThat(AtRisk.of(ENGINE, setup(false, true, List.of()), shim, NOW)).isInstanceOf(Finding.Healthy.class);
    }

    @Test
    void saysWhatToChange() {
        Evidence evidence = ((Finding.Faulty) AtRisk.of(
                        ENGINE, setup(true, true, List.of(OPTION)), List.of(new AtRisk.Apart("shim", 8, 6)), NOW))
                .evidence();
        Explanation told = new ContainersDomain()
                .explain(RootFindings.AT_RISK.name(), evidence)
                .orElseThrow();
        assertThat(told.broken())
                .startsWith(
                        "Nothing is broken yet. The engine (process 77) lives in mount namespace 5, which is not the"
                                + " host's, while the shim of a container (process 8) lives in 6");
        assertThat(told.prevention().get(0)).startsWith("Remove from docker.service: " + OPTION);
        assertThat(told.happened()).endsWith(LiveRestore.TAKING_BACK).startsWith("When the engine is started again");
        assertThat(Cause.LIVE_RESTORE.happened()).contains(LiveRestore.TAKING_BACK);
        assertThat(told.sureness()).isEqualTo("certain");
        assertThat(new ContainersDomain().explain("guest.balloon-stuck", evidence))
                .isEmpty();
    }

    @Test
    void eachEngineIsASubjectOfItsOwn() {
        assertThat(EngineSetup.subject("docker:unix:///var/run/docker.sock")).isEqualTo(ENGINE);
        assertThat(EngineSetup.subject("docker:unix:///" + "long/".repeat(80) + "x.sock")
                        .id())
                .hasSizeLessThanOrEqualTo(128)
                .endsWith("x-sock");
        assertThat(EngineSetup.subject("docker:unix:///" + "l-".repeat(200)).kind())
                .isEqualTo("engine");
    }

    @Test
    void readsWhatAUnitFileAsksFor() {
        assertThat(UnitFiles.options("""
                        [Service]
                        # MountFlags=slave
                        MountFlags = slave
                        PrivateTmp=yes
                        PrivateDevices=false
                        ProtectSystem=
                        ExecStart=/usr/bin/dockerd --opt=PrivateTmp=yes
                        """)).containsExactly("MountFlags = slave", "PrivateTmp=yes");
    }
}
