package dev.watchdog.guests.policy;

import static dev.watchdog.guests.policy.World.GIB;
import static dev.watchdog.guests.policy.World.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is held against a step. */
class StepTest {
    private final Step step = Step.start(1_000, 8 * GIB, 8 * GIB - 100 * MIB, 0, 4 * GIB);

    @Test
    void aNeedThatRoseByNoiseIsNotHeldAgainstASmallStep() {
        assertThat(step.tookMore(8 * GIB - 100 * MIB, 4 * GIB + 60 * MIB)).isFalse();
        assertThat(step.tookMore(8 * GIB - 100 * MIB, 4 * GIB + 70 * MIB)).isTrue();
    }

    @Test
    void halfOfWhatALargeStepTookIs() {
        assertThat(step.tookMore(7 * GIB, 4 * GIB + 500 * MIB)).isFalse();
        assertThat(step.tookMore(7 * GIB, 4 * GIB + 520 * MIB)).isTrue();
    }

    /** Its time is known to the second only. */
    @Test
    void aReportOfTheSameSecondJudgesIt() {
        assertThat(step.isJudgedBy(0)).isFalse();
        assertThat(step.isJudgedBy(1)).isTrue();
    }
}
