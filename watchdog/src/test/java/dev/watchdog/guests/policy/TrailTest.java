package dev.watchdog.guests.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a guest had when it reported, while its balloon moves. */
class TrailTest {
    private static final long MIB = 1L << 20;

    /** A kernel counts 40 MiB less than the machine has. */
    private static final long TOTAL = 472 * MIB;

    private final Trail still = Trail.start(0, 512 * MIB)
            .reported(TOTAL, 3_000, false)
            .with(4_000, 512 * MIB)
            .reported(TOTAL, 4_000, false);

    @Test
    void aReportTellsItsOwnSizeWhateverTheHostHasSeenOfTheMove() {
        assertThat(still.had(5_000, TOTAL - 100 * MIB)).isEqualTo(412 * MIB);
        assertThat(still.had(5_000, TOTAL)).isEqualTo(512 * MIB);
    }

    @Test
    void withoutItTheMostOfThatSecondCounts() {
        Trail moved = still.with(5_500, 412 * MIB);
        assertThat(moved.had(5_000, GuestSample.MISSING)).isEqualTo(512 * MIB);
        assertThat(moved.had(6_000, GuestSample.MISSING)).isEqualTo(412 * MIB);
    }

    @Test
    void nothingIsLearnedWhileAnythingMoves() {
        Trail moving = still.with(5_500, 412 * MIB).reported(TOTAL - 90 * MIB, 5_500, false);
        assertThat(moving.reported(TOTAL - 90 * MIB, 6_500, false).had(7_000, TOTAL))
                .isEqualTo(512 * MIB);
        assertThat(still.reported(TOTAL - 90 * MIB, 6_000, false)
                        .reported(TOTAL - 90 * MIB, 7_000, true)
                        .had(7_000, TOTAL))
                .isEqualTo(512 * MIB);
    }

    @Test
    void beforeItIsKnownHowMuchIsNotCountedTheMostCounts() {
        assertThat(Trail.start(0, 512 * MIB).had(0, TOTAL)).isEqualTo(512 * MIB);
    }
}
