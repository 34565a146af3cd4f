package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.events.Evidence;
import dev.watchdog.linux.Attribution;
import dev.watchdog.linux.Moment;
import dev.watchdog.linux.MountDeed;
import dev.watchdog.linux.ProcessClaims;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who did it, as facts: each has one type, whatever could be read of the process. */
class WitnessTest {
    private static final ProcessClaims ALIVE = new ProcessClaims("umount", 41, "bash", 7, 4026532201L, "/x.scope");

    @Test
    void aFactHasOneTypeAndIsLeftOutWhereItIsNotKnown() {
        Map<String, Object> alive = told(ALIVE);
        Map<String, Object> gone = told(ProcessClaims.NONE);

        assertThat(alive).containsEntry("parentPid", 41).containsEntry("fromMountNamespace", 4026532201L);
        assertThat(gone).doesNotContainKeys("parentPid", "fromMountNamespace").containsEntry("name", Witness.EXITED);
        gone.forEach((name, value) -> assertThat(value).as(name).hasSameClassAs(alive.get(name)));
    }

    @Test
    void evidenceOfOldVersionsWithTextsInTheirPlaceIsReadTheSame() {
        Map<String, Object> old = new LinkedHashMap<>(told(ProcessClaims.NONE));
        old.put("parentPid", Witness.EXITED);
        old.put("fromMountNamespace", Witness.EXITED);

        assertThat(doer(old)).isEqualTo(doer(told(ProcessClaims.NONE)));
        assertThat(doer(told(ALIVE)).parentPid()).isEqualTo(41);
    }

    private static Map<String, Object> told(ProcessClaims by) {
        Moment at = new Moment("boot", Duration.ZERO, Instant.EPOCH);
        return Witness.told(3, new Attribution.Known(new MountDeed(3, 9, true, at, 40, by)));
    }

    private static LossFacts.Doer doer(Map<String, Object> told) {
        return LossFacts.of(Evidence.of("lost").with("lostBy", List.of(told)))
                .lostBy()
                .get(0);
    }
}
