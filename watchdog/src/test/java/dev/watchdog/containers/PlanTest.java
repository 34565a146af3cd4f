package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.watchdog.events.Evidence;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlanTest {
    @Test
    void comesBackFromItsEvidence() {
        Plan plan = new Plan(
                "/d/devicemapper/mnt/a/rootfs",
                "/d/devicemapper/mnt/a",
                0,
                44,
                Long.MAX_VALUE,
                42,
                List.of(new Plan.Place("shim", 7, 4026531841L), new Plan.Place("engine", 8, 4026532000L)));
        assertThat(Plan.from(plan.toEvidence())).isEqualTo(plan);
    }

    /** A successor may find the plans of an agent that knew no mount points. */
    @Test
    void withoutAMountPointItIsTheRootfsPath() {
        Evidence evidence = new Evidence(Map.of(
                "rootfs", "/d/overlay2/a/merged", "device", "0:44", "inode", 5, "initPid", 42, "viewers", List.of()));
        assertThat(Plan.from(evidence).mountPoint()).isEqualTo("/d/overlay2/a/merged");
    }

    @Test
    void anythingElseIsNoPlan() {
        for (Map<String, Object> facts : List.<Map<String, Object>>of(
                Map.of(),
                Map.of("rootfs", "/x", "device", "0:44", "inode", 1, "initPid", 1),
                Map.of("rootfs", "/x", "device", "044", "inode", 1, "initPid", 1, "viewers", List.of()),
                Map.of("rootfs", "/x", "device", "0:x", "inode", 1, "initPid", 1, "viewers", List.of()),
                Map.of("rootfs", "/x", "device", "0:1", "inode", "1", "initPid", 1, "viewers", List.of()),
                Map.of("rootfs", "/x", "device", "0:1", "inode", 1, "initPid", 1, "viewers", "none"),
                Map.of("rootfs", "/x", "device", "0:1", "inode", 1, "initPid", 1, "viewers", List.of("none")))) {
            assertThatThrownBy(() -> Plan.from(new Evidence(facts)))
                    .as("%s", facts)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
