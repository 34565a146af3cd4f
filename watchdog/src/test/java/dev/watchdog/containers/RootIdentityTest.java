package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.watchdog.linux.FileStatus;
import dev.watchdog.linux.MountTable;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RootIdentityTest {
    private static final FileStatus ROOT = new FileStatus(0, 44, 5, 77, true, 040755);

    private static MountTable table(String line) {
        return MountTable.parse((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static RunningContainer container(String upperDir) {
        return new RunningContainer("0".repeat(64), "name", "test", 42, "/d/overlay2/L1/merged", upperDir, 0, 0, null);
    }

    private static RootIdentity agreed(String line) throws UnprovenException {
        return RootIdentity.agreed(ROOT, table(line), container("/d/overlay2/L1/diff"));
    }

    @Test
    void isItsOwnOverlayHoweverTheEngineWroteThePath() throws UnprovenException {
        assertThat(agreed("77 1 0:44 / / rw - overlay overlay rw,upperdir=/d/overlay2/L1/diff,workdir=/w")
                        .readOnly())
                .isFalse();
        assertThat(agreed("77 1 0:44 / / ro,relatime - overlay overlay rw,upperdir=L1/diff")
                        .readOnly())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "78 1 0:44 / / rw - overlay overlay rw,upperdir=/d/overlay2/L1/diff; not in the mount table",
                "77 1 8:1 / / rw - ext4 /dev/sda1 rw; not an overlay",
                "77 1 0:44 /etc / rw - overlay overlay rw,upperdir=/d/overlay2/L1/diff; not an overlay's root",
                "77 1 0:44 / / rw - overlay overlay rw,upperdir=/d/overlay2/L2/diff; upper directory",
                "77 1 0:44 / / rw - overlay overlay rw,upperdir=/d/overlay2/xL1/diff; upper directory",
                "77 1 0:44 / / rw - overlay overlay rw,lowerdir=/l; upper directory",
            })
    void isNotProvedBy(String line, String why) {
        assertThatThrownBy(() -> agreed(line))
                .isInstanceOf(UnprovenException.class)
                .hasMessageContaining(why);
    }

    @Test
    void aRecordWithoutAnUpperDirectoryProvesNothing() {
        assertThatThrownBy(() -> RootIdentity.agreed(
                        ROOT, table("77 1 0:44 / / rw - overlay overlay rw,upperdir="), container("")))
                .isInstanceOf(UnprovenException.class);
    }
}
