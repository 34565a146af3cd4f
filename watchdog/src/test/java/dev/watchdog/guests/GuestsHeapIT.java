package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.testing.ShippedJvm;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the heap of the agent is enough for all that is read of guests. */
class GuestsHeapIT {
    /** The parser keeps each name that it meets, and each tag whole: that is for the guest's owner to size. */
    @Test
    void whateverAnOwnerWritesInItsMetadata() {
        assertThat(ShippedJvm.run(HostileXml.class)).contains("done");
    }

    @Test
    void asManyGuestsAsAreWatched(@TempDir Path directory) {
        assertThat(ShippedJvm.run(ManyGuests.class, directory.toString(), "2000"))
                .contains("2000 guests hold ");
    }
}
