package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class MountDeedsTest {
    private static final Moment NOW = new Moment("boot", Duration.ofSeconds(9), Instant.EPOCH);
    private static final ProcessClaims UMOUNT = new ProcessClaims("umount", 2, "bash", 1, 7, "/");

    private final MountDeeds deeds = new MountDeeds(4, NOW);

    @Test
    void theOldestOfThoseNobodyAskedAboutFallsOut() {
        for (int mount = 1; mount <= 5; mount++) {
            deeds.pass(7, mount, true, 100 + mount, NOW);
        }
        assertThat(deeds.await(1, true, Duration.ZERO)).isNull();
        assertThat(Objects.requireNonNull(deeds.await(2, true, Duration.ZERO)).pid())
                .isEqualTo(102);
        assertThat(Objects.requireNonNull(deeds.await(5, true, Duration.ZERO)).by())
                .isEqualTo(ProcessClaims.NONE);
    }

    @Test
    void attachingIsNotDetaching() {
        deeds.pass(7, 1, false, 100, NOW);
        assertThat(deeds.await(1, true, Duration.ZERO)).isNull();
        assertThat(Objects.requireNonNull(deeds.await(1, false, Duration.ZERO)).pid())
                .isEqualTo(100);
    }

    @Test
    void whatIsExpectedIsKeptUntilItIsForgotten() {
        deeds.expect(1);
        assertThat(deeds.isExpected(1)).isTrue();
        deeds.tell(new MountDeed(7, 1, true, NOW, 42, UMOUNT));
        for (int mount = 2; mount <= 9; mount++) {
            deeds.pass(7, mount, true, 100, NOW);
        }
        assertThat(Objects.requireNonNull(deeds.await(1, true, Duration.ZERO)).by())
                .isEqualTo(UMOUNT);
        deeds.forget(1);
        assertThat(deeds.await(1, true, Duration.ZERO)).isNull();
        deeds.tell(new MountDeed(7, 1, true, NOW, 42, UMOUNT));
        assertThat(deeds.await(1, true, Duration.ZERO))
                .as("told after it was forgotten")
                .isNull();
    }
}
